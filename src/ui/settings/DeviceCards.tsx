import { createResource, createSignal, Show, Suspense } from "solid-js";
import { askToPersist, findStorageHealth } from "../../device/storage/storage-health.ts";
import { Button } from "../design/Button.tsx";
import { Notice } from "../design/Notice.tsx";
import { act } from "../faults/act.ts";
import { appVersion } from "../pwa/app-version.ts";
import { forgetsAfterSevenDays, thisPlatform } from "../pwa/platform.ts";
import { appWords } from "../words/app-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { settingsWords as words } from "./settings-words.ts";

/** How safe and how full this device's storage is. */
export function StorageCard() {
  const format = useWorkspace().format;
  const [health, { refetch }] = createResource(findStorageHealth);
  const [refused, setRefused] = createSignal(false);
  const ask = async () => {
    setRefused(!(await askToPersist()));
    await refetch();
  };
  const text = (persisted: boolean | undefined) =>
    persisted === undefined ? words.unknownPersisted : persisted ? words.persisted : words.notPersisted;
  return (
    <section class="card" aria-labelledby="settings-storage">
      <h2 id="settings-storage">{words.storage}</h2>
      <Suspense>
        <Show when={health.latest}>
          {(known) => {
            const used = () => known().usageBytes ?? 0;
            const quota = () => known().quotaBytes ?? 0;
            return (
              <>
                <p>{text(known().persisted)}</p>
                <Show when={forgetsAfterSevenDays(thisPlatform())}>
                  <Notice tone="wait" title={words.sevenDays} />
                </Show>
                <Show when={known().persisted !== true}>
                  <p class="soft">{words.privateWindow}</p>
                </Show>
                <Show when={quota() > 0}>
                  <p class="soft">{words.usage(format().bytes(used()), format().bytes(quota()))}</p>
                </Show>
                <Show when={quota() > 0 && used() / quota() > 0.9}>
                  <Notice tone="bad" title={words.full} />
                </Show>
                <Show when={known().persisted === false}>
                  <div class="row">
                    <Button onClick={() => act(ask())}>{words.askPersist}</Button>
                  </div>
                </Show>
                <Show when={refused()}>
                  <Notice tone="wait" title={words.refusedPersist} urgent />
                </Show>
              </>
            );
          }}
        </Show>
      </Suspense>
    </section>
  );
}

/** What this is, for whoever is asked about it. */
export function AboutCard() {
  const workspace = useWorkspace();
  const [kept] = createResource(isKeptForOffline);
  const controlled = () => navigator.serviceWorker?.controller !== null && "serviceWorker" in navigator;
  return (
    <section class="card" aria-labelledby="settings-about">
      <h2 id="settings-about">{words.about}</h2>
      <dl class="facts" data-kind="words">
        <dt>{words.version}</dt>
        <dd>{appVersion}</dd>
        <dt>{words.deviceName}</dt>
        <dd>{workspace.device.identity().deviceName}</dd>
        <dt>{words.deviceCode}</dt>
        <dd>{workspace.device.identity().code}</dd>
        <dt>{words.worker}</dt>
        <dd>{controlled() ? words.yes : words.notYet}</dd>
      </dl>
      <Show when={kept() === false}>
        <Notice tone="wait" title={appWords.noWorker} />
      </Show>
    </section>
  );
}

/** Whether a service worker keeps the app. A browser may refuse one: where site data goes when it is closed. */
async function isKeptForOffline(): Promise<boolean> {
  try {
    const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
    return (await container?.getRegistration()) !== undefined;
  } catch {
    return false;
  }
}
