import { createDatabase } from "../../../../../src/device/create-device.ts";
import { openCurrentDevice, openDevice } from "../../../../../src/device/open-device.ts";
import { handleCommand } from "../../../../../src/device/outbox/handle-command.ts";
import type { Device } from "../../../../../src/device/storage/device.ts";
import { live } from "../../../../../src/device/storage/live.ts";
import { mustMeta, putMeta } from "../../../../../src/device/storage/meta.ts";
import { listOrders, type OrderView } from "../../../../../src/device/views/queries.ts";
import { orderStream } from "../../../../../src/domain/stream-key.ts";
import { newId } from "../../../../../src/protocol/ids.ts";
import { joinWorkspace } from "../../../../../src/sync/calls/joining.ts";
import { makeServerCalls } from "../../../../../src/sync/contexts/server-calls.ts";
import { drain } from "../../../../../src/sync/engine/drain.ts";
import { aHeader, aLine } from "../../../../domain/builders.ts";
import { type DrawnOrder, drawList } from "./draw-list.ts";
import type { RawOrder } from "./raw-rows.ts";
import { serveFrom } from "./served-pages.ts";

const shownCount = 50;
const drainMsMax = 1_200_000;

async function mustDevice(): Promise<Device> {
  const device = await openCurrentDevice();
  if (device === undefined) throw new Error("expected a device that was set up here, found none");
  return device;
}

async function drainDevice(device: Device): Promise<void> {
  const ports = { ...makeServerCalls(() => Date.now()), nowMs: () => Date.now() };
  if (!(await drain(device, Date.now() + drainMsMax, ports))) throw new Error("expected all to be synced");
}

/** The commands of one order, as its screen gives them. */
function commandsOf(lines: number): readonly Parameters<typeof handleCommand>[1][] {
  const stream = orderStream(newId());
  return [
    {
      stream,
      command: ({ orderNumber: number }) => ({ type: "start-order", data: { ...aHeader(), number } }),
    },
    ...Array.from({ length: lines }, (_, line) => ({
      stream,
      command: { type: "add-line", data: aLine(line + 1, { lineId: newId() }) } as const,
    })),
    { stream, command: { type: "place-order", data: {} } },
  ];
}

async function save(device: Device, input: Parameters<typeof handleCommand>[1]): Promise<void> {
  const handled = await handleCommand(device, input);
  if (handled.outcome !== "saved") throw new Error(`expected "saved", found ${JSON.stringify(handled)}`);
}

function drawn({ id, order, totals }: OrderView): DrawnOrder {
  return {
    id,
    customer: order.customer?.name ?? "",
    status: order.status,
    number: order.number ?? "",
    lines: order.lines.length,
    totalMinor: totals.totalMinor,
  };
}

/** What Docket's own modules do in the browser, without its screens. Times are in ms. */
const docketPage = {
  /** Joins by an invite's code, and takes what is there. */
  join: async (code: string): Promise<void> => {
    const joined = await joinWorkspace({ origin: location.origin, code, deviceName: "Van" });
    if (!joined.ok) throw new Error(`expected to join, found ${joined.trouble}`);
    await drainDevice(joined.device);
    joined.device.close();
  },

  /** Exchanges with the server until nothing is left to send or fetch. */
  sync: async (): Promise<void> => {
    const device = await mustDevice();
    await drainDevice(device);
    device.close();
  },

  /** What is here: how far the log is, and how many streams there are. */
  facts: async (): Promise<{ readonly position: number; readonly streams: number }> => {
    const device = await mustDevice();
    const { position } = await mustMeta(device.db, "place");
    const streams = await device.db.streams.count();
    device.close();
    return { position, streams };
  },

  /** All orders as the raw programs are to keep them, `count` of them from the `skip`th newest on. */
  rawOrders: async (skip: number, count: number): Promise<readonly RawOrder[]> => {
    const device = await mustDevice();
    const views = await listOrders(device.db, { limit: skip + count });
    device.close();
    return views.slice(skip).map((view, index) => ({
      id: view.id,
      rank: skip + index,
      drawn: drawn(view),
      bytes: view.order,
    }));
  },

  /** Saves commands of orders of three lines, one after another. The time of each, from the call to "saved". */
  saveInSequence: async (count: number): Promise<readonly number[]> => {
    const device = await mustDevice();
    const times: number[] = [];
    while (times.length < count) {
      for (const input of commandsOf(3).slice(0, count - times.length)) {
        const startedMs = performance.now();
        await save(device, input);
        times.push(performance.now() - startedMs);
      }
    }
    device.close();
    return times;
  },

  /** What the commands of one order write: its outbox rows, each with the order as it is then. */
  sampleRows: async (): Promise<readonly unknown[]> => {
    const device = await mustDevice();
    const rows: unknown[] = [];
    for (const input of commandsOf(3)) {
      await save(device, input);
      const [outbox, stream] = await Promise.all([
        device.db.outbox.orderBy("seq").last(),
        device.db.streams.get(input.stream),
      ]);
      rows.push({ outbox, stream });
    }
    device.close();
    return rows;
  },

  /**
   * Takes a log into an empty device as pages come from a server: parsed, verified, folded, written with its projections.
   * The time of all.
   */
  takePages: async (paths: readonly string[]): Promise<number> => {
    const pages = await Promise.all(paths.map(async (path) => (await fetch(path)).text()));
    const name = `bench-${newId()}`;
    await createDatabase(name, {
      deviceId: newId(),
      code: "B1",
      deviceName: "Van",
      workspaceId: newId(),
      workspaceName: "Shop",
      joined: { token: "a".repeat(43), role: "owner", origin: location.origin },
    });
    const device = await openDevice(name);
    const stop = serveFrom(pages, {});
    try {
      const startedMs = performance.now();
      await drainDevice(device);
      return performance.now() - startedMs;
    } finally {
      stop();
      await device.db.delete();
      device.close();
    }
  },

  /** Begins orders while the newest 50 are shown: the time of each from the call until its row is in the DOM. */
  beginAndDraw: async (count: number): Promise<readonly number[]> => {
    const device = await mustDevice();
    let wanted = "";
    let shown = () => {};
    const watch = live(() => listOrders(device.db, { limit: shownCount })).subscribe((views) => {
      drawList(views.map(drawn));
      if (wanted === "" || document.getElementById(wanted) !== null) shown();
    });
    await new Promise<void>((resolve) => {
      shown = resolve;
    });
    const times: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const [input] = commandsOf(0);
      if (input === undefined) throw new Error("expected a command that begins an order");
      wanted = input.stream.slice("order/".length);
      const row = new Promise<void>((resolve) => {
        shown = resolve;
      });
      const startedMs = performance.now();
      const saved = save(device, input);
      await row;
      times.push(performance.now() - startedMs);
      await saved;
    }
    watch.unsubscribe();
    device.close();
    return times;
  },

  /** Makes the read models again, as after an update that changes them. The time of all, and how many streams. */
  rebuild: async (): Promise<{ readonly ms: number; readonly streams: number }> => {
    const before = await mustDevice();
    const known = await mustMeta(before.db, "readModel");
    await putMeta(before.db, "readModel", { ...known, version: "of another build" });
    const streams = await before.db.streams.count();
    before.close();
    const startedMs = performance.now();
    const device = await mustDevice();
    await new Promise<void>((resolve) => {
      const watch = live(() => mustMeta(device.db, "readModel")).subscribe(({ version, building }) => {
        if (version !== known.version || building !== undefined) return;
        queueMicrotask(() => watch.unsubscribe());
        resolve();
      });
    });
    const ms = performance.now() - startedMs;
    device.close();
    return { ms, streams };
  },
};

export type DocketPage = typeof docketPage;

declare global {
  var docket: DocketPage;
}
Object.assign(globalThis, { docket: docketPage });
