import {
  type Accessor,
  createContext,
  createEffect,
  createSignal,
  type JSX,
  onCleanup,
  useContext,
} from "solid-js";
import { type Device, openCurrentDevice } from "../../device/device.ts";
import type { Syncing } from "../../sync/start-sync.ts";

/** What this page has to work with: four different screens. */
export type Boot =
  | { readonly status: "opening" }
  | { readonly status: "no-storage"; readonly reason: unknown }
  /** A newer version of the app has written here. */
  | { readonly status: "too-old" }
  | { readonly status: "nothing-here" }
  | { readonly status: "open"; readonly device: Device };

interface DeviceHolder {
  readonly boot: Accessor<Boot>;
  /** Works with this device from now on: after starting or joining a workspace. */
  readonly enter: (device: Device) => void;
}

const DeviceContext = createContext<DeviceHolder>();

function isTooOld(reason: unknown): boolean {
  return reason instanceof Error && "code" in reason && reason.code === "newer-schema";
}

/** Opens this device's workspace and keeps it syncing for as long as the page is there. */
export function DeviceProvider(props: { readonly children: JSX.Element }) {
  const [boot, setBoot] = createSignal<Boot>({ status: "opening" });
  openCurrentDevice().then(
    (device) => setBoot(device === undefined ? { status: "nothing-here" } : { status: "open", device }),
    (reason) => setBoot(isTooOld(reason) ? { status: "too-old" } : { status: "no-storage", reason }),
  );
  createEffect(() => {
    const current = boot();
    if (current.status !== "open") return;
    onCleanup(keepSyncing(current.device));
  });
  const enter = (device: Device) => setBoot({ status: "open", device });
  return <DeviceContext.Provider value={{ boot, enter }}>{props.children}</DeviceContext.Provider>;
}

/** Syncs a device while the page is there, and at once when it is seen again. The engine comes after the first paint. */
function keepSyncing(device: Device): () => void {
  let syncing: Syncing | undefined;
  let stopped = false;
  import("../../sync/start-sync.ts").then(({ startSync }) => {
    if (!stopped) syncing = startSync(device);
  }, reportError);
  const wakeWhenSeen = () => document.visibilityState === "visible" && syncing?.wake();
  document.addEventListener("visibilitychange", wakeWhenSeen);
  return () => {
    stopped = true;
    document.removeEventListener("visibilitychange", wakeWhenSeen);
    syncing?.stop();
    device.close();
  };
}

/** What this page has to work with. */
export function useDeviceHolder(): DeviceHolder {
  const holder = useContext(DeviceContext);
  if (holder === undefined) throw new Error("expected to be inside a DeviceProvider");
  return holder;
}
