import { type RouteSectionProps, useLocation } from "@solidjs/router";
import { createEffect, ErrorBoundary, on, onMount, Show, Suspense } from "solid-js";
import { findRebuild, isMoved } from "../../device/views/queries.ts";
import { Button } from "../design/Button.tsx";
import { Notice } from "../design/Notice.tsx";
import { Loading } from "../design/Page.tsx";
import { NewIdentitiesProvider } from "../devices/new-identities.tsx";
import type { ServiceWorkerClient } from "../pwa/service-worker-client.ts";
import { appWords } from "../words/app-words.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useDeviceHolder } from "../workspace/device-context.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { Navigation } from "./Navigation.tsx";
import { ScreenFailed } from "./Problems.tsx";
import { SyncBar } from "./SyncBar.tsx";
import { UpdatePrompt } from "./UpdatePrompt.tsx";

/** The frame of every screen of an open workspace: sync bar, navigation, content. One screen's failure is its own. */
export function Shell(props: Pick<RouteSectionProps, "children"> & { readonly worker: ServiceWorkerClient }) {
  const location = useLocation();
  const workspace = useWorkspace();
  const rebuild = createLive(
    () => workspace.later(),
    (device) => findRebuild(device.db),
  );
  const moved = createLive(
    () => workspace.later(),
    (device) => isMoved(device.db),
  );
  let main: HTMLElement | undefined;
  // A new screen starts at its heading, for keyboards and screen readers, unless something on it took the focus.
  createEffect(
    on(
      () => location.pathname,
      () => queueMicrotask(() => focusHeading(main)),
      { defer: true },
    ),
  );
  return (
    <NewIdentitiesProvider>
      <div class="frame">
        <a class="button skip-link" data-variant="primary" href="#content">
          {appWords.skip}
        </a>
        <header class="frame-top">
          <SyncBar />
        </header>
        <main
          class="frame-main"
          id="content"
          tabindex="-1"
          ref={(element) => {
            main = element;
          }}
        >
          <UpdatePrompt worker={props.worker} />
          <Show when={valueOr(moved(), false)}>
            <Notice tone="bad" title={appWords.moved.title} urgent>
              <div class="row" data-spread>
                <p>{appWords.moved.text}</p>
                <Button variant="primary" onClick={() => window.location.reload()}>
                  {appWords.failed.reload}
                </Button>
              </div>
            </Notice>
          </Show>
          <Show when={valueOr(rebuild(), undefined)}>
            {(progress) => {
              const number = (value: number) => workspace.format().number(value);
              return <Notice title={appWords.rebuild(number(progress().done), number(progress().total))} />;
            }}
          </Show>
          <ErrorBoundary
            fallback={(error: unknown, reset) => <FailedUntilLeft error={error} reset={reset} />}
          >
            <Suspense fallback={<Loading />}>
              {props.children}
              <Drawn />
            </Suspense>
          </ErrorBoundary>
        </main>
        <Navigation />
      </div>
    </NewIdentitiesProvider>
  );
}

/** Beside a screen whose code is awaited: tells when both are there. */
function Drawn() {
  const holder = useDeviceHolder();
  onMount(() => holder.noteDrawn());
  return null;
}

/** A failed screen, forgotten as soon as another one is opened. */
function FailedUntilLeft(props: { readonly error: unknown; readonly reset: () => void }) {
  const location = useLocation();
  createEffect(
    on(
      () => location.pathname,
      () => props.reset(),
      { defer: true },
    ),
  );
  return <ScreenFailed error={props.error} />;
}

function focusHeading(main: HTMLElement | undefined): void {
  const active = document.activeElement;
  const taken = active instanceof HTMLElement && main?.contains(active) === true && active !== main;
  if (!taken) main?.querySelector<HTMLElement>("h1")?.focus();
}
