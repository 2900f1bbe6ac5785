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
import type { Stall } from "../../sync/watchdog.ts";

/** What this page has to work with: each another screen. */
export type Boot =
  | { readonly status: "opening" }
  | { readonly status: "no-storage"; readonly reason: unknown }
  /** A newer version of the app has written here. */
  | { readonly status: "too-old" }
  /** The browser has lost the database that this device worked in. */
  | { readonly status: "lost" }
  | { readonly status: "nothing-here" }
  | { readonly status: "open"; readonly device: Device };

interface DeviceHolder {
  readonly boot: Accessor<Boot>;
  /** Works with this device from now on: after starting or joining a workspace. */
  readonly enter: (device: Device) => void;
  /** Work that does not get away although nothing tells why; undefined while all is well. */
  readonly stall: Accessor<Stall | undefined>;
  /** Tries to send now, from this page. */
  readonly tryNow: () => void;
}

const DeviceContext = createContext<DeviceHolder>();

function bootWithout(reason: unknown): Boot {
  const code = reason instanceof Error && "code" in reason ? reason.code : undefined;
  if (code === "newer-schema") return { status: "too-old" };
  return code === "database-lost" ? { status: "lost" } : { status: "no-storage", reason };
}

/** Opens this device's workspace and keeps it syncing for as long as the page is there. */
export function DeviceProvider(props: { readonly children: JSX.Element }) {
  const [boot, setBoot] = createSignal<Boot>({ status: "opening" });
  openCurrentDevice().then(
    (device) => setBoot(device === undefined ? { status: "nothing-here" } : { status: "open", device }),
    (reason) => setBoot(bootWithout(reason)),
  );
  const [stall, setStall] = createSignal<Stall>();
  let syncing: Kept | undefined;
  createEffect(() => {
    const current = boot();
    if (current.status !== "open") return;
    const kept = keepSyncing(current.device, setStall);
    syncing = kept;
    onCleanup(() => {
      kept.stop();
      setStall(undefined);
    });
  });
  const enter = (device: Device) => setBoot({ status: "open", device });
  const tryNow = () => syncing?.tryNow();
  return (
    <DeviceContext.Provider value={{ boot, enter, stall, tryNow }}>{props.children}</DeviceContext.Provider>
  );
}

interface Kept {
  readonly stop: () => void;
  readonly tryNow: () => void;
}

/** Syncs a device while the page is there, and at once when it is seen again. The engine comes after the first paint. */
function keepSyncing(device: Device, onStall: (stall: Stall | undefined) => void): Kept {
  let syncing: Syncing | undefined;
  let stopped = false;
  const isSeen = () => document.visibilityState === "visible";
  import("../../sync/start-sync.ts").then(({ startSync }) => {
    if (!stopped) syncing = startSync(device, undefined, { isSeen, onStall });
  }, reportError);
  const wakeWhenSeen = () => isSeen() && syncing?.wake();
  document.addEventListener("visibilitychange", wakeWhenSeen);
  return {
    tryNow: () => syncing?.takeOver(),
    stop: () => {
      stopped = true;
      document.removeEventListener("visibilitychange", wakeWhenSeen);
      syncing?.stop();
      device.close();
    },
  };
}

/** What this page has to work with. */
export function useDeviceHolder(): DeviceHolder {
  const holder = useContext(DeviceContext);
  if (holder === undefined) throw new Error("expected to be inside a DeviceProvider");
  return holder;
}
