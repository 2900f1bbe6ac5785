import { exportBackup } from "../../src/device/files/export-backup.ts";
import { openCurrentDevice } from "../../src/device/open-device.ts";
import { type Handled, handleCommand } from "../../src/device/outbox/handle-command.ts";
import type { Device, DeviceStorage } from "../../src/device/storage/device.ts";
import {
  findOrder,
  findSettings,
  listCustomers,
  listOrders,
  listOutbox,
  listProducts,
} from "../../src/device/views/queries.ts";
import type { KnownCommand } from "../../src/domain/kinds.ts";
import type { StreamKey } from "../../src/domain/stream-key.ts";
import { joinWorkspace } from "../../src/sync/calls/joining.ts";
import { makeServerCalls } from "../../src/sync/contexts/server-calls.ts";
import { drain } from "../../src/sync/engine/drain.ts";

/**
 * A command as a person of that build gives it. Its shapes are that build's own and differ from this checkout's: what
 * a kept build takes and tells is plain data, held against what a test expects.
 */
export interface KeptCommand {
  readonly type: string;
  readonly data: unknown;
}

/** A device of a kept build, open on a database. */
export interface KeptDevice {
  /** Gives a command; one that begins an order is made from the number that it takes. */
  readonly save: (
    stream: string,
    command: KeptCommand | ((draw: { readonly orderNumber: string }) => KeptCommand),
  ) => Promise<Handled>;
  /** Exchanges with the server that it joined until nothing is left to send or fetch. False: something failed. */
  readonly sync: () => Promise<boolean>;
  readonly order: (id: string) => Promise<unknown>;
  readonly orders: () => Promise<readonly unknown[]>;
  readonly customers: () => Promise<readonly unknown[]>;
  readonly products: () => Promise<readonly unknown[]>;
  readonly settings: () => Promise<unknown>;
  readonly outbox: () => Promise<readonly unknown[]>;
  readonly streams: () => Promise<readonly unknown[]>;
  /** How far its log is, and the chain hash there. */
  readonly place: () => Promise<{ readonly position: number; readonly hash: string }>;
  /** The text of a backup file. */
  readonly backup: (holds: "everything" | "waiting") => Promise<string>;
  readonly close: () => void;
}

/** What the module of a kept build exports. */
export interface KeptDeviceBuild {
  readonly joinKept: typeof joinKept;
  readonly openKept: typeof openKept;
}

/** How long one `sync` may take before it counts as failed. */
const syncMsMax = 30_000;

/** Joins a workspace by an invite's code, as a device that had nothing before or has worked alone. */
export async function joinKept(
  wanted: { readonly origin: string; readonly code: string; readonly deviceName: string },
  storage: DeviceStorage,
): Promise<KeptDevice> {
  const joined = await joinWorkspace(wanted, storage);
  if (!joined.ok) throw new Error(`expected to join, found ${joined.trouble}`);
  return kept(joined.device);
}

/** Opens the workspace that a browser profile works in. */
export async function openKept(storage: DeviceStorage): Promise<KeptDevice> {
  const device = await openCurrentDevice(storage);
  if (device === undefined) throw new Error("expected a device that was set up, found none");
  return kept(device);
}

function kept(device: Device): KeptDevice {
  const { db } = device;
  const ports = { ...makeServerCalls(() => Date.now()), nowMs: () => Date.now() };
  return {
    save: (stream, command) =>
      handleCommand(device, {
        stream: stream as StreamKey,
        command: command as KnownCommand | ((draw: { readonly orderNumber: string }) => KnownCommand),
      }),
    sync: () => drain(device, Date.now() + syncMsMax, ports),
    order: (id) => findOrder(db, id),
    orders: () => listOrders(db, { limit: 1_000 }),
    customers: () => listCustomers(db),
    products: () => listProducts(db),
    settings: () => findSettings(db),
    outbox: () => listOutbox(db),
    streams: () => db.streams.toArray(),
    place: async () => (await db.meta.get("place"))?.value as { position: number; hash: string },
    backup: async (holds) => (await exportBackup(device, { holds, app: "kept" })).parts.join(""),
    close: () => device.close(),
  };
}
