import { type Accessor, createContext, createMemo, type JSX, useContext } from "solid-js";
import type { Device } from "../../device/storage/device.ts";
import { findSettings } from "../../device/views/queries.ts";
import type { KnownEvent } from "../../domain/kinds.ts";
import { mayRecord } from "../../domain/role.ts";
import type { KnownWorkspace } from "../../domain/workspace/workspace.ts";
import { browserSettings, type Format, makeFormat } from "../words/format.ts";
import { makeIntlFormats } from "../words/intl-formats.ts";
import { createLive, valueOr } from "./create-live.ts";

/** The business that this page works in. */
export interface Workspace {
  readonly device: Device;
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

const WorkspaceContext = createContext<Workspace>();

/** Gives a workspace to whatever is inside. */
export function WorkspaceProvider(props: { readonly device: Device; readonly children: JSX.Element }) {
  const loaded = createLive(
    () => props.device,
    (device) => findSettings(device.db),
  );
  const settings = createMemo(() => valueOr(loaded(), undefined));
  const intl = makeIntlFormats();
  const format = createMemo(() => makeFormat(settings() ?? { currency: "", ...browserSettings() }, intl));
  const workspace: Workspace = {
    get device() {
      return props.device;
    },
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
