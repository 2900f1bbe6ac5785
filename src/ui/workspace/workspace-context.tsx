import { type Accessor, createContext, createMemo, type JSX, untrack, useContext } from "solid-js";
import type { Device } from "../../device/storage/device.ts";
import type { FirstScreen } from "../../device/views/first-screen.ts";
import { countWaiting, findSettings } from "../../device/views/queries.ts";
import type { KnownEvent } from "../../domain/kinds.ts";
import { mayRecord } from "../../domain/role.ts";
import { sameData } from "../../domain/same-data.ts";
import type { KnownWorkspace } from "../../domain/workspace/workspace.ts";
import { browserSettings, type Format, makeFormat } from "../words/format.ts";
import { makeIntlFormats } from "../words/intl-formats.ts";
import { createLive, type Loaded, valueOr } from "./create-live.ts";
import { useDeviceHolder } from "./device-context.tsx";

/** The business that this page works in. */
export interface Workspace {
  readonly device: Device;
  /** The device once the first screen is there: what that does not need is read from this one. */
  readonly later: Accessor<Device | undefined>;
  /** What was read while the device was opened; undefined once the first screen is there, and it may be old. */
  readonly first: Accessor<FirstScreen | undefined>;
  /** How many commands wait, and for what. */
  readonly waiting: Accessor<Loaded<Waiting>>;
  /** Undefined until a device that has just joined has heard them. */
  readonly settings: Accessor<KnownWorkspace | undefined>;
  readonly format: Accessor<Format>;
  /** Today in the business's time zone, `YYYY-MM-DD`, by the corrected clock. */
  readonly today: () => string;
  /** Whether this device's role may do what this event records; screens offer nothing else. */
  readonly may: (type: KnownEvent["type"]) => boolean;
  /** Whether this device has a server to send to. */
  readonly joined: () => boolean;
}

type Waiting = Awaited<ReturnType<typeof countWaiting>>;

const WorkspaceContext = createContext<Workspace>();

/** Gives a workspace to whatever is inside. */
export function WorkspaceProvider(props: { readonly device: Device; readonly children: JSX.Element }) {
  const holder = useDeviceHolder();
  const later = () => (holder.isDrawn() ? props.device : undefined);
  const first = () => {
    const boot = holder.boot();
    const isNow = boot.status === "open" && boot.device === props.device && !holder.isDrawn();
    return isNow ? boot.first : undefined;
  };
  const known = untrack(first);
  const loaded = createLive(
    () => (known === undefined ? props.device : later()),
    (device) => findSettings(device.db),
    known === undefined ? {} : { keep: true, first: known.settings },
  );
  const waiting = createLive(later, (device) => countWaiting(device.db));
  // The same settings, read again, are no news: all that is printed hangs on them.
  const settings = createMemo(() => valueOr(loaded(), undefined), undefined, { equals: sameData });
  const intl = makeIntlFormats();
  const format = createMemo(() => makeFormat(settings() ?? { currency: "", ...browserSettings() }, intl));
  const workspace: Workspace = {
    get device() {
      return props.device;
    },
    later,
    first,
    waiting,
    settings,
    format,
    today: () => format().dayOf(props.device.now()),
    may: (type) => mayRecord(props.device.identity().joined?.role ?? "owner", type),
    joined: () => props.device.identity().joined !== undefined,
  };
  return <WorkspaceContext.Provider value={workspace}>{props.children}</WorkspaceContext.Provider>;
}

/** The business that this page works in. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === undefined) throw new Error("expected to be inside a WorkspaceProvider");
  return workspace;
}

/** How this business writes figures and times. */
export function useFormat(): Accessor<Format> {
  return useWorkspace().format;
}
