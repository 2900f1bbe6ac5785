import { createSignal, For, Show } from "solid-js";
import { backupBytesMax, bringIn, checkBackup, type ReadyBackup } from "../../device/files/import-backup.ts";
import { Button } from "../design/Button.tsx";
import { Dialog } from "../design/Dialog.tsx";
import { IconImport } from "../design/icons.tsx";
import { Notice } from "../design/Notice.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { useDeviceHolder } from "../workspace/device-context.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { broughtInWords, readyWords, refusedBackupWords, backupWords as words } from "./backup-words.ts";
import { saveCopy, saveSupport } from "./save-copy.ts";

/** Copies of this device's work as files: to save, and to restore. */
export function BackupCard() {
  const workspace = useWorkspace();
  const holder = useDeviceHolder();
  const toasts = useToasts();
  const [busy, setBusy] = createSignal(false);
  const [refused, setRefused] = createSignal<string>();
  const [ready, setReady] = createSignal<ReadyBackup>();
  let input: HTMLInputElement | undefined;
  const work = (task: () => Promise<void>) => {
    if (busy()) return;
    setBusy(true);
    setRefused(undefined);
    task()
      .catch((error: unknown) => {
        reportError(error);
        setRefused(words.failed);
      })
      .finally(() => setBusy(false));
  };
  const save = (holds: "everything" | "waiting") =>
    work(async () => {
      const count = await saveCopy(workspace, { holds });
      if (count !== undefined) toasts.show({ text: words.saved(count, workspace.format().number(count)) });
    });
  const look = (file: File) =>
    work(async () => {
      // Checked before it is read: a file that is far too large would crash the page.
      const tooLarge = { outcome: "too-large" } as const;
      const checked =
        file.size > backupBytesMax ? tooLarge : await checkBackup(workspace.device, await file.text());
      if (checked.outcome === "ready") setReady(checked);
      else setRefused(refusedBackupWords(checked));
    });
  const bring = (chosen: ReadyBackup) =>
    work(async () => {
      const done = await bringIn(workspace.device, chosen);
      setReady(undefined);
      const text = broughtInWords(done, workspace.format());
      toasts.show({ text, tone: done.outcome === "brought-in" ? "plain" : "bad" });
    });
  return (
    <section class="card" aria-labelledby="settings-backup">
      <h2 id="settings-backup">{words.title}</h2>
      <p>{words.text}</p>
      <div class="row">
        <Button busy={busy()} icon={IconImport} onClick={() => save("waiting")}>
          {words.saveWaiting}
        </Button>
        <Button busy={busy()} onClick={() => save("everything")}>
          {words.saveEverything}
        </Button>
        <Button busy={busy()} onClick={() => input?.click()}>
          {words.bringIn}
        </Button>
        <input
          ref={(element) => {
            input = element;
          }}
          class="visually-hidden"
          type="file"
          tabindex="-1"
          aria-label={words.bringIn}
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            // The same file may be chosen once more.
            if (file !== undefined) look(file);
            event.currentTarget.value = "";
          }}
        />
      </div>
      <p>{words.supportText}</p>
      <div class="row">
        <Button busy={busy()} onClick={() => work(() => saveSupport(workspace, holder.stall()))}>
          {words.support}
        </Button>
      </div>
      <Show when={refused()}>{(text) => <Notice tone="bad" title={text()} urgent />}</Show>
      <Show when={ready()}>
        {(chosen) => (
          <Dialog
            open
            title={words.chosen}
            onClose={() => setReady(undefined)}
            actions={
              <>
                <Button onClick={() => setReady(undefined)}>{words.close}</Button>
                <Show when={chosen().fresh.length > 0}>
                  <Button variant="primary" busy={busy()} onClick={() => bring(chosen())}>
                    {words.confirm(workspace.format().number(chosen().fresh.length))}
                  </Button>
                </Show>
              </>
            }
          >
            <For each={readyWords(chosen(), workspace.format())}>{(text) => <p>{text}</p>}</For>
          </Dialog>
        )}
      </Show>
    </section>
  );
}
