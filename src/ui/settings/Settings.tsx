import { createMemo, createSignal, Show } from "solid-js";
import { changesBetween, seenAfter } from "../../domain/field-changes.ts";
import { workspaceStream } from "../../domain/stream-key.ts";
import type { KnownWorkspace, WorkspaceFields } from "../../domain/workspace/workspace.ts";
import { BackupCard } from "../backup/BackupCard.tsx";
import { Button, ButtonLink } from "../design/Button.tsx";
import { Filters } from "../design/Filters.tsx";
import { Page } from "../design/Page.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { chooseTheme, findTheme, type Theme } from "../design/theme.ts";
import { act } from "../faults/act.ts";
import { useFormScans } from "../scan/use-form-scans.ts";
import { roleWords } from "../words/role-words.ts";
import { syncWords } from "../words/sync-words.ts";
import { conflictsIn } from "../workspace/conflicts-in.ts";
import { useSend } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { AboutCard, StorageCard } from "./DeviceCards.tsx";
import { OtherWorkspaces } from "./OtherWorkspaces.tsx";
import { SettingsFields } from "./SettingsFields.tsx";
import { settingsWords as words } from "./settings-words.ts";

/** The business's settings, and those of this device. */
export function Settings() {
  const workspace = useWorkspace();
  const scans = useFormScans();
  return (
    <Page title={words.title} width="narrow">
      <ServerCard />
      <section class="card" aria-labelledby="settings-business">
        <h2 id="settings-business">{words.business}</h2>
        <Show when={workspace.settings()} fallback={<p class="soft">{words.waiting}</p>}>
          {(settings) => <BusinessForm settings={settings()} settled={scans.settled} />}
        </Show>
      </section>
      <OtherWorkspaces />
      <Appearance />
      <StorageCard />
      <BackupCard />
      <AboutCard />
    </Page>
  );
}

function ServerCard() {
  const workspace = useWorkspace();
  const identity = () => workspace.device.identity();
  return (
    <section class="card" aria-labelledby="settings-server">
      <h2 id="settings-server">{words.server}</h2>
      <Show
        when={identity().joined}
        fallback={
          <>
            <p>{words.alone}</p>
            <div class="row">
              <ButtonLink variant="primary" href="/start">
                {words.startOnServer}
              </ButtonLink>
              <ButtonLink href="/join">{words.joinInvite}</ButtonLink>
            </div>
          </>
        }
      >
        {(joined) => (
          <>
            <p>
              {words.connected(joined().origin)}. {words.roleIs(roleWords[joined().role].name)}.
            </p>
            <div class="row">
              <ButtonLink href="/join">{syncWords.joinAgain}</ButtonLink>
            </div>
          </>
        )}
      </Show>
    </section>
  );
}

function BusinessForm(props: {
  readonly settings: KnownWorkspace;
  /** Waits until no key can still belong to a scan: what a scanner has just typed is not to be saved as typed by hand. */
  readonly settled: () => Promise<void>;
}) {
  const workspace = useWorkspace();
  const send = useSend();
  const toasts = useToasts();
  // What is being edited, and the settings it was begun on: a change from elsewhere must not slip in between.
  const [edit, setEdit] = createSignal<{
    readonly before: WorkspaceFields;
    readonly after: WorkspaceFields;
  }>();
  const [checked, setChecked] = createSignal(false);
  const shown = createMemo(() => edit()?.after ?? fieldsOf(props.settings));
  const save = async () => {
    await props.settled();
    setChecked(true);
    const current = edit();
    if (current === undefined) {
      toasts.show({ text: words.nothing });
      return;
    }
    if (current.after.name.trim() === "") return;
    const handled = await send({
      stream: workspaceStream(workspace.device.identity().workspaceId),
      command: { type: "change-settings", data: { changes: changesBetween(current.before, current.after) } },
    });
    if (handled.outcome === "saved") toasts.show({ text: words.saved });
    if (handled.outcome === "saved" || handled.outcome === "already") setEdit(undefined);
    else setEdit((now) => now && { ...now, before: seenAfter(now.before, conflictsIn(handled)) });
  };
  return (
    <Show when={workspace.may("settings-changed")} fallback={<p class="soft">{words.readOnly}</p>}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act(save());
        }}
      >
        <SettingsFields
          value={shown()}
          onChange={(after) =>
            setEdit((current) => ({ before: current?.before ?? fieldsOf(props.settings), after }))
          }
          currencyOpen={false}
          checked={checked()}
        />
        <div class="row">
          <Button type="submit" variant="primary">
            {words.save}
          </Button>
        </div>
      </form>
    </Show>
  );
}

function fieldsOf({ status: _status, ...fields }: KnownWorkspace): WorkspaceFields {
  return fields;
}

function Appearance() {
  const [theme, setTheme] = createSignal(findTheme());
  const options = (["system", "light", "dark"] as const).map((value) => ({
    value,
    label: words.themes[value],
  }));
  const choose = (next: Theme) => {
    setTheme(next);
    chooseTheme(next);
  };
  return (
    <section class="card" aria-labelledby="settings-appearance">
      <h2 id="settings-appearance">{words.appearance}</h2>
      <Filters label={words.theme} value={theme()} options={options} onChange={choose} />
    </section>
  );
}
