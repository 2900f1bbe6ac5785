import { Route, Router, type RouteSectionProps } from "@solidjs/router";
import { type JSX, onMount, Show } from "solid-js";
import { render } from "solid-js/web";
import { onTestFinished } from "vitest";
import { createLocalDevice } from "../../../src/device/create-device.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { FaultWatch } from "../../../src/ui/app/FaultWatch.tsx";
import { ToastProvider } from "../../../src/ui/design/Toasts.tsx";
import { ScanNotesProvider } from "../../../src/ui/scan/scan-notes.tsx";
import { CatalogueProvider } from "../../../src/ui/workspace/catalogue-context.tsx";
import { DeviceProvider, useDeviceHolder } from "../../../src/ui/workspace/device-context.tsx";
import { WorkspaceProvider } from "../../../src/ui/workspace/workspace-context.tsx";
import { someSettings } from "../../device/support/a-device.ts";
import { until } from "../../support/until.ts";

/** A part of the app on a page. */
export interface Shown {
  /** The device that it works on, as the page has it open. */
  readonly device: Device;
  readonly root: HTMLElement;
  /** Everything that has been read aloud or shown at the edge of the page since it was there. */
  readonly said: () => readonly string[];
  readonly go: (path: string) => void;
}

/**
 * Shows a part of the app, inside what the app has around every screen, on a device of its own that `prepare` has
 * filled; `prepare` answers the address. It leaves the page when the test is over.
 */
export async function show(
  part: () => JSX.Element,
  prepare: (device: Device) => Promise<string>,
): Promise<Shown> {
  const made = await createLocalDevice(someSettings, "Van 1");
  history.replaceState(null, "", await prepare(made));
  made.close();
  // The browser's own, which this DOM does not have: an error that nobody has dealt with comes as an event.
  globalThis.reportError = (error: unknown) => {
    dispatchEvent(new ErrorEvent("error", { error }));
  };
  const said: string[] = [];
  const listening = new MutationObserver(() => noteWords(said));
  listening.observe(document.body, { childList: true, subtree: true, characterData: true });
  const root = document.createElement("div");
  document.body.append(root);
  let device: Device | undefined;
  let isDrawn = () => false;
  const Around = (props: RouteSectionProps) => {
    const holder = useDeviceHolder();
    const open = () => {
      const boot = holder.boot();
      return boot.status === "open" ? boot.device : undefined;
    };
    return (
      <ToastProvider>
        <FaultWatch />
        <Show when={open()} keyed>
          {(opened) => {
            device = opened;
            isDrawn = holder.isDrawn;
            return (
              <WorkspaceProvider device={opened}>
                <CatalogueProvider>
                  <ScanNotesProvider>{props.children}</ScanNotesProvider>
                  <Drawn />
                </CatalogueProvider>
              </WorkspaceProvider>
            );
          }}
        </Show>
      </ToastProvider>
    );
  };
  const leave = render(
    () => (
      <DeviceProvider>
        <Router root={Around}>
          <Route path={["/orders/new", "/orders/:id", "*rest"]} component={part} />
        </Router>
      </DeviceProvider>
    ),
    root,
  );
  onTestFinished(() => {
    leave();
    listening.disconnect();
    root.remove();
  });
  // What waits for the first screen has begun: a test that stops the clock would hold it back.
  await until(() => device !== undefined && root.childElementCount > 0 && isDrawn());
  if (device === undefined) throw new Error("expected the device to be open");
  return {
    device,
    root,
    said: () => {
      noteWords(said);
      return said;
    },
    go: (to) => {
      history.pushState(null, "", to);
      dispatchEvent(new PopStateEvent("popstate"));
    },
  };
}

/** Tells that the screen is there, as the frame of all screens does. */
function Drawn() {
  const holder = useDeviceHolder();
  onMount(() => holder.noteDrawn());
  return null;
}

/** Notes what the live region and the messages say now, where that is new. */
function noteWords(said: string[]): void {
  for (const element of document.querySelectorAll("[role=status][aria-live], .toast > span")) {
    const text = element.textContent.trim();
    if (text !== "" && !said.includes(text)) said.push(text);
  }
}
