import {
  type Accessor,
  createContext,
  createEffect,
  createSignal,
  type JSX,
  onCleanup,
  useContext,
} from "solid-js";
import { openPage } from "../../device/open-device.ts";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import type { Device } from "../../device/storage/device.ts";
import { abortTransactions } from "../../device/storage/open-transactions.ts";
import { persistUnasked } from "../../device/storage/storage-health.ts";
import { browserTimers, type StorageWatch, startStorageWatch } from "../../device/storage/storage-watch.ts";
import { type FirstScreen, readFirstScreen } from "../../device/views/first-screen.ts";
import type { Syncing } from "../../sync/contexts/start-sync.ts";
import type { Stall } from "../../sync/contexts/watchdog.ts";
import { inBackground } from "../faults/act.ts";
import { forgiveReloads } from "../faults/reload-guard.ts";
import { afterPaint } from "./after-paint.ts";
import { findRemembered, remember } from "./remembered-database.ts";

/** What this page has to work with; each has its own screen. */
export type Boot =
  | { readonly status: "opening" }
  /** The storage does not answer: most often another window holds it. It may still come. */
  | { readonly status: "held-up" }
  | { readonly status: "no-storage"; readonly reason: unknown }
  /** A newer version of the app has written here. */
  | { readonly status: "too-old" }
  /** The browser has lost the database that this device worked in. */
  | { readonly status: "lost" }
  | { readonly status: "nothing-here" }
  /** `first`: what was read of it while it was opened. */
  | { readonly status: "open"; readonly device: Device; readonly first?: FirstScreen | undefined };

interface DeviceHolder {
  readonly boot: Accessor<Boot>;
  /** Works with this device from now on: after starting or joining a workspace. */
  readonly enter: (device: Device) => void;
  /** The first screen is there: what can wait begins. */
  readonly noteDrawn: () => void;
  readonly isDrawn: Accessor<boolean>;
  /** Work that is not sent, and nothing says why; undefined while all is well. */
  readonly stall: Accessor<Stall | undefined>;
  /** Tries to send now, from this page. */
  readonly tryNow: () => void;
  /** Whether this page has lost the storage: only a new page gets a connection. */
  readonly isStorageLost: Accessor<boolean>;
  /** Looks whether the storage still answers, after something has failed. */
  readonly lookAtStorage: () => void;
}

/** How long the storage may take to open before it is said that something is in the way. */
const openingMsMax = 10_000;

/** What can wait for the first screen waits no longer than this, wherever that stays. */
const drawnMsMax = 2_000;

/** A page whose storage has answered for so long works well. */
const worksWellMs = 60_000;

const DeviceContext = createContext<DeviceHolder>();

function bootWithout(reason: unknown): Boot {
  const code = reason instanceof Error && "code" in reason ? reason.code : undefined;
  if (code === "newer-schema") return { status: "too-old" };
  return code === "database-lost" ? { status: "lost" } : { status: "no-storage", reason };
}

/** Opens this device's workspace and keeps it at work for as long as the page is there. */
export function DeviceProvider(props: { readonly children: JSX.Element }) {
  const [boot, setBoot] = createSignal<Boot>({ status: "opening" });
  const [isStorageLost, setStorageLost] = createSignal(false);
  const [stall, setStall] = createSignal<Stall>();
  const heldUp = setTimeout(() => setBoot({ status: "held-up" }), openingMsMax);
  onCleanup(() => clearTimeout(heldUp));
  const opened = (next: Boot) => {
    clearTimeout(heldUp);
    setBoot(next);
  };
  const [isDrawn, setDrawn] = createSignal(false);
  const readFirst = (db: DeviceDatabase) =>
    readFirstScreen(db, location.pathname === "/" || location.pathname === "/orders");
  openPage({ remembered: findRemembered(), remember, readFirst }).then(
    (page) => opened(page === undefined ? { status: "nothing-here" } : { status: "open", ...page }),
    (reason) => opened(bootWithout(reason)),
  );
  let kept: Kept | undefined;
  createEffect(() => {
    const current = boot();
    if (current.status !== "open") return;
    const own = keepAtWork(current.device, { onStall: setStall, onLost: () => setStorageLost(true) });
    kept = own;
    const drawn = setTimeout(() => setDrawn(true), drawnMsMax);
    onCleanup(() => clearTimeout(drawn));
    onCleanup(() => {
      own.stop();
      setStall(undefined);
      setStorageLost(false);
    });
  });
  createEffect(() => {
    if (isDrawn() && boot().status === "open") kept?.begin();
  });
  const leave = (event: PageTransitionEvent) => {
    const current = boot();
    // The browser keeps the page as it is: what it holds would be in the way of every other page.
    if (!event.persisted || current.status !== "open") return;
    abortTransactions(current.device.db);
    kept?.stop();
  };
  const comeBack = (event: PageTransitionEvent) => {
    // What was released is not taken up again piece by piece.
    if (event.persisted) location.reload();
  };
  addEventListener("pagehide", leave);
  addEventListener("pageshow", comeBack);
  onCleanup(() => {
    removeEventListener("pagehide", leave);
    removeEventListener("pageshow", comeBack);
  });
  const holder: DeviceHolder = {
    boot,
    enter: (device) => opened({ status: "open", device }),
    noteDrawn: () => afterPaint(() => setDrawn(true)),
    isDrawn,
    stall,
    tryNow: () => kept?.tryNow(),
    isStorageLost,
    lookAtStorage: () => kept?.lookAtStorage(),
  };
  return <DeviceContext.Provider value={holder}>{props.children}</DeviceContext.Provider>;
}

interface Kept {
  /** Begins what waits for the first screen. */
  readonly begin: () => void;
  readonly stop: () => void;
  readonly tryNow: () => void;
  readonly lookAtStorage: () => void;
}

interface Listeners {
  readonly onStall: (stall: Stall | undefined) => void;
  readonly onLost: () => void;
}

/**
 * Watches a device's storage while the page is there, and syncs it from `begin` on; both at once when the page is seen
 * again.
 */
function keepAtWork(device: Device, { onStall, onLost }: Listeners): Kept {
  let syncing: Syncing | undefined;
  let stopped = false;
  const isSeen = () => document.visibilityState === "visible";
  const storage: StorageWatch = startStorageWatch(device.db, { ...browserTimers, isSeen }, onLost);
  const stopForgiving = browserTimers.after(worksWellMs, forgiveReloads);
  const begin = () => {
    // There is work to lose now. An app that was installed since the last start may be promised more.
    inBackground(persistUnasked());
    import("../../sync/contexts/start-sync.ts").then(({ startSync }) => {
      if (!stopped) syncing = startSync(device, undefined, { isSeen, onStall });
    }, reportError);
  };
  const wakeWhenSeen = () => {
    if (!isSeen()) return;
    storage.look();
    syncing?.wake();
  };
  document.addEventListener("visibilitychange", wakeWhenSeen);
  addEventListener("pageshow", wakeWhenSeen);
  return {
    begin,
    tryNow: () => syncing?.takeOver(),
    lookAtStorage: storage.look,
    stop: () => {
      if (stopped) return;
      stopped = true;
      document.removeEventListener("visibilitychange", wakeWhenSeen);
      removeEventListener("pageshow", wakeWhenSeen);
      stopForgiving();
      storage.stop();
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
