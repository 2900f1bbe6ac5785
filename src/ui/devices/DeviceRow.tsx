import { createSignal, For, Show } from "solid-js";
import type { WorkspaceDevice } from "../../protocol/joining-messages.ts";
import { renameDevice, revokeDevice } from "../../sync/calls/devices.ts";
import { Button } from "../design/Button.tsx";
import { ConfirmDialog, Dialog } from "../design/Dialog.tsx";
import { TextField } from "../design/Field.tsx";
import { Chip } from "../design/StatusChip.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { appWords } from "../words/app-words.ts";
import { joiningWords } from "../words/joining-words.ts";
import { roleWords } from "../words/role-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { deviceWords as words } from "./device-words.ts";
import { isNewIdentity, type Lineage } from "./lineages.ts";

/**
 * One device: who it is, which device it took over from and when, when it was last heard of, renaming it and taking its
 * access back. `seenUntil`: what took over later than this is marked as new.
 */
export function DeviceRow(props: {
  readonly lineage: Lineage;
  readonly seenUntil: string;
  readonly onChanged: () => void;
}) {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const [asking, setAsking] = createSignal<"revoke" | "rename">();
  const [busy, setBusy] = createSignal(false);
  const [name, setName] = createSignal("");
  const device = () => props.lineage.current;
  const members = (): readonly WorkspaceDevice[] => [device(), ...props.lineage.earlier];
  const takeOvers = () => members().filter(({ successorOf }) => successorOf != null);
  const isNew = () => isNewIdentity(props.lineage, props.seenUntil);
  const isHere = () => members().some(({ id }) => id === workspace.device.identity().deviceId);
  const codeOf = (id: string | null | undefined) => members().find((each) => each.id === id)?.code ?? "";
  const format = workspace.format;
  const ago = (time: string) => format().ago(time, workspace.device.now());
  const seen = () => {
    const { lastSeenAt } = device();
    return lastSeenAt === null ? words.neverSeen : words.seen(ago(lastSeenAt));
  };
  /** Whether an earlier identity was heard of after another took over from it: two devices have this access. */
  const isInUse = ({ id, lastSeenAt, revokedAt }: WorkspaceDevice) => {
    const follower = members().find(({ successorOf }) => successorOf === id);
    return revokedAt === null && follower !== undefined && (lastSeenAt ?? "") > follower.joinedAt;
  };
  const webhooks = () => {
    const count = device().webhooks ?? 0;
    return count === 0 ? undefined : words.confirmWebhooks(format().number(count));
  };
  const stillSeen = ({ code, lastSeenAt }: WorkspaceDevice) => words.stillSeen(code, ago(lastSeenAt ?? ""));
  const run = async (
    work: () => Promise<{ readonly ok: boolean; readonly trouble?: string }>,
    done?: string,
  ) => {
    setBusy(true);
    const result = await work().finally(() => setBusy(false));
    if (!result.ok) {
      const { title, text } = joiningWords(result.trouble ?? "");
      toasts.show({ text: `${title}. ${text}`, tone: "bad" });
      return;
    }
    setAsking(undefined);
    if (done !== undefined) toasts.show({ text: done });
    props.onChanged();
  };
  const revoke = () => {
    act(run(() => revokeDevice(workspace.device, device().id), words.done(device().name)));
  };
  const rename = () => {
    const wanted = name().trim();
    if (wanted !== "") act(run(() => renameDevice(workspace.device, device().id, wanted)));
  };
  return (
    <li class="list-row" data-actions>
      <span class="stack" data-gap="small">
        <span class="row">
          <span class="list-row-title">{device().name}</span>
          <Chip tone="accent">{roleWords[device().role].name}</Chip>
          <Show when={isHere()}>
            <Chip>{words.here}</Chip>
          </Show>
          <Show when={isNew()}>
            <Chip tone="wait">{appWords.newIdentity}</Chip>
          </Show>
          <Show when={device().revokedAt !== null}>
            <Chip tone="bad">{words.revoked}</Chip>
          </Show>
        </span>
        <span class="list-row-sub">
          {device().code} · {words.joined(format().dateTime(device().joinedAt))} · {seen()}
        </span>
        <For each={takeOvers()}>
          {(successor) => (
            <span class="list-row-sub">
              {words.tookOver(
                successor.code,
                codeOf(successor.successorOf),
                format().dateTime(successor.joinedAt),
              )}
            </span>
          )}
        </For>
        <For each={props.lineage.earlier.filter(isInUse)}>
          {(earlier) => <span class="list-row-sub">{stillSeen(earlier)}</span>}
        </For>
        <Show when={isNew()}>
          <span class="list-row-sub">{words.tookOverText}</span>
        </Show>
      </span>
      <Show when={device().revokedAt === null}>
        <span class="row">
          <Button
            variant="quiet"
            aria-label={`${words.rename}: ${device().name}`}
            onClick={() => {
              setName(device().name);
              setAsking("rename");
            }}
          >
            {words.rename}
          </Button>
          <Show when={!isHere()}>
            <Button aria-label={`${words.revoke}: ${device().name}`} onClick={() => setAsking("revoke")}>
              {words.revoke}
            </Button>
          </Show>
        </span>
      </Show>
      <ConfirmDialog
        open={asking() === "revoke"}
        title={words.confirmTitle(device().name)}
        text={words.confirmText}
        note={webhooks()}
        confirm={words.revoke}
        danger
        busy={busy()}
        onConfirm={revoke}
        onClose={() => setAsking(undefined)}
      />
      <Dialog open={asking() === "rename"} title={words.renameTitle} onClose={() => setAsking(undefined)}>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            rename();
          }}
        >
          <TextField label={words.name} value={name()} onInput={setName} maxLength={200} focused />
          <div class="dialog-actions">
            <Button type="submit" variant="primary" busy={busy()}>
              {words.saveName}
            </Button>
          </div>
        </form>
      </Dialog>
    </li>
  );
}
