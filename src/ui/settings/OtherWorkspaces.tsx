import { createResource, createSignal, For, Show } from "solid-js";
import { listWorkspaces, localWorkspaceId, switchWorkspace } from "../../device/storage/registry.ts";
import { Button } from "../design/Button.tsx";
import { List, ListRow } from "../design/List.tsx";
import { act } from "../faults/act.ts";
import { settingsWords as words } from "./settings-words.ts";

/**
 * The other businesses on this device: joined earlier, or begun without a server in another currency and so kept
 * apart. Nothing is shown where there is none.
 */
export function OtherWorkspaces() {
  const [entries] = createResource(async () => (await listWorkspaces()).filter(({ current }) => !current));
  const [busy, setBusy] = createSignal(false);
  const open = (id: string) => {
    if (busy()) return;
    setBusy(true);
    // The whole page begins again: nothing of one business is left in memory beside another (L15).
    act(
      switchWorkspace(id)
        .then(() => location.assign("/orders"))
        .finally(() => setBusy(false)),
    );
  };
  return (
    <Show when={(entries() ?? []).length > 0}>
      <section class="card" aria-labelledby="settings-others">
        <h2 id="settings-others">{words.others}</h2>
        <p class="soft">{words.othersText}</p>
        <List label={words.others}>
          <For each={entries()}>
            {(entry) => (
              <ListRow
                title={entry.name}
                sub={entry.id === localWorkspaceId ? words.withoutServer : undefined}
                side={
                  <Button
                    busy={busy()}
                    onClick={() => open(entry.id)}
                    aria-label={words.openNamed(entry.name)}
                  >
                    {words.open}
                  </Button>
                }
              />
            )}
          </For>
        </List>
      </section>
    </Show>
  );
}
