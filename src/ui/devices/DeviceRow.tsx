import { createSignal, Show } from "solid-js";
import type { WorkspaceDevice } from "../../protocol/joining-messages.ts";
import { renameDevice, revokeDevice } from "../../sync/joining.ts";
import { Button } from "../design/Button.tsx";
import { ConfirmDialog, Dialog } from "../design/Dialog.tsx";
import { TextField } from "../design/Field.tsx";
import { Chip } from "../design/StatusChip.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { joiningWords } from "../words/joining-words.ts";
import { roleWords, deviceWords as words } from "../words/settings-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";

/** One device: who it is, when it was last heard of, renaming it and taking its access back. */
export function DeviceRow(props: { readonly device: WorkspaceDevice; readonly onChanged: () => void }) {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const [asking, setAsking] = createSignal<"revoke" | "rename">();
  const [busy, setBusy] = createSignal(false);
  const [name, setName] = createSignal("");
  const isHere = () => props.device.id === workspace.device.identity().deviceId;
  const format = workspace.format;
  const seen = () =>
    props.device.lastSeenAt === null
      ? words.neverSeen
      : words.seen(format().ago(props.device.lastSeenAt, workspace.device.now()));
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
    act(run(() => revokeDevice(workspace.device, props.device.id), words.done(props.device.name)));
  };
  const rename = () => {
    const wanted = name().trim();
    if (wanted !== "") act(run(() => renameDevice(workspace.device, props.device.id, wanted)));
  };
  return (
    <li class="list-row">
      <span class="stack" data-gap="small">
        <span class="row">
          <span class="list-row-title">{props.device.name}</span>
          <Chip tone="accent">{roleWords[props.device.role].name}</Chip>
          <Show when={isHere()}>
            <Chip>{words.here}</Chip>
          </Show>
          <Show when={props.device.revokedAt !== null}>
            <Chip tone="bad">{words.revoked}</Chip>
          </Show>
        </span>
        <span class="list-row-sub">
          {props.device.code} · {words.joined(format().dateTime(props.device.joinedAt))} · {seen()}
        </span>
      </span>
      <Show when={props.device.revokedAt === null}>
        <span class="row">
          <Button
            variant="quiet"
            aria-label={`${words.rename}: ${props.device.name}`}
            onClick={() => {
              setName(props.device.name);
              setAsking("rename");
            }}
          >
            {words.rename}
          </Button>
          <Show when={!isHere()}>
            <Button aria-label={`${words.revoke}: ${props.device.name}`} onClick={() => setAsking("revoke")}>
              {words.revoke}
            </Button>
          </Show>
        </span>
      </Show>
      <ConfirmDialog
        open={asking() === "revoke"}
        title={words.confirmTitle(props.device.name)}
        text={words.confirmText}
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
