import { type ClientRequest, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { makeLiveStreams } from "../../../src/server/http/live-streams.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { fired } from "../../support/fired.ts";
import { newOrder, someTime } from "../support/commands.ts";
import { deviceRow } from "../support/rows.ts";
import {
  joinAs,
  protocol,
  startTestServer,
  startWorkspace,
  type TestDevice,
} from "../support/test-server.ts";

describe("the live stream", () => {
  let server: RunningServer;
  let owner: TestDevice;
  beforeEach(async () => {
    server = await startTestServer();
    owner = await startWorkspace(server);
  });
  afterEach(() => server.stop());

  const open = async (device: TestDevice) => {
    const headers = { ...protocol, authorization: `Bearer ${device.token}` };
    const response = await fetch(`${server.url}/v1/live`, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("docket-protocol")).toBe("1");
    return readEvents(response);
  };

  test("tells the head when it opens, and again after each push, to every device of the workspace", async () => {
    const rep = await joinAs(server, owner, "rep");
    const [own, other] = [await open(owner), await open(rep)];
    expect([await own.next(), await other.next()]).toEqual([head(0), head(0)]);
    await owner.push(newOrder(1), newOrder(2));
    expect([await own.next(), await other.next()]).toEqual([head(2), head(2)]);
    await own.cancel();
    await other.cancel();
  });

  test("[L15] tells nothing of another workspace", async () => {
    const stranger = await startWorkspace(server, "Another shop");
    const stream = await open(stranger);
    await stream.next();
    await owner.push(newOrder(1));
    await stranger.push(newOrder(1), newOrder(2));
    expect(await stream.next()).toEqual(head(2));
    await stream.cancel();
  });

  test("ends when the device is shut out", async () => {
    const rep = await joinAs(server, owner, "rep");
    const stream = await open(rep);
    await stream.next();
    await owner.ask({ method: "DELETE", url: `/v1/devices/${rep.id}` });
    expect(await stream.next()).toBeUndefined();
  });

  test("ends when the server stops, which waits for nobody who listens", async () => {
    const stream = await open(owner);
    await stream.next();
    await server.stop();
    expect(await stream.next()).toBeUndefined();
  });

  test("[L16] a device has four at most: the newest stay, since an old one may be a dead connection", async () => {
    const streams = [];
    for (let opened = 0; opened < 5; opened += 1) {
      const stream = await open(owner);
      await stream.next();
      streams.push(stream);
    }
    expect(await streams[0]?.next()).toBeUndefined();
    await owner.push(newOrder(1));
    for (const stream of streams.slice(1)) {
      expect(await stream.next()).toEqual(head(1));
      await stream.cancel();
    }
  });
});

describe("live streams in numbers", () => {
  afterEach(() => void vi.useRealTimers());
  const owner = { workspace: "w", device: "d", root: "d" };
  const slots = { all: 6, workspace: 2, lineage: 2 };
  const limits = {
    ...{ heartbeatMs: 60_000, holdMs: 50, lookMs: 60_000 },
    ...{ slots, streamsPerDeviceMax: 9, blockedBeatsMax: 1 },
  };
  const deviceOf = (workspace: string, device: string, root = device) => ({ workspace, device, root });

  test("[L16] have a total, of which a workspace, and a device with its successors, have a share", () => {
    const live = makeLiveStreams(makeMemoryStore(), limits);
    const open = (who: ReturnType<typeof deviceOf>) => {
      const full = live.lack(who);
      if (full === undefined) live.open(who, makeReader().response, 0);
      return full;
    };
    expect([open(owner), open(deviceOf("w", "heir", "d")), open(owner)]).toEqual([
      undefined,
      undefined,
      "lineage",
    ]);
    expect([open(deviceOf("w", "e")), open(deviceOf("w", "f"))]).toEqual([undefined, "workspace"]);
    expect(["x", "y", "z"].map((id) => open(deviceOf("v", id)))).toEqual([undefined, undefined, "workspace"]);
    expect(["u", "t"].map((id) => open(deviceOf(id, id)))).toEqual([undefined, "all"]);
    live.stop();
    expect(live.count()).toBe(0);
  });

  test("[L16] of a device that has all it may have are changed for new ones, also where no room is left", () => {
    const live = makeLiveStreams(makeMemoryStore(), {
      ...limits,
      slots: { all: 2, workspace: 2, lineage: 2 },
      streamsPerDeviceMax: 2,
    });
    for (let opened = 0; opened < 5; opened += 1) {
      expect(live.lack(owner)).toBeUndefined();
      live.open(owner, makeReader().response, 0);
    }
    expect([live.count(), live.lack(deviceOf("v", "v"))]).toEqual([2, "all"]);
    live.stop();
  });

  test("end though nobody is told that the device was shut out: before its stream was opened, or after", async () => {
    const store = makeMemoryStore();
    const [workspace, row] = [newId(), deviceRow()];
    const caller = { workspace, device: row.id, root: row.root };
    await store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner: row }, false);
    const live = makeLiveStreams(store, { ...limits, lookMs: 5 });
    const early = makeReader();
    live.open(caller, early.response, 0);
    await store.inWorkspace(workspace, (tx) => tx.updateLineage(row.root, { revokedAt: someTime }));
    await early.ended;
    live.stop();
    const unattended = makeLiveStreams(store, limits);
    const late = makeReader();
    unattended.open(caller, late.response, 0);
    await late.ended;
    expect([live.count(), unattended.count()]).toEqual([0, 0]);
    unattended.stop();
  });

  test("[L16] hold no slot for a device that has left before its stream was opened", async () => {
    const live = makeLiveStreams(makeMemoryStore(), limits);
    const opened = new Promise<void>((resolve) => {
      const server = createServer((_request, response) => {
        asking.destroy();
        response.once("close", () => {
          live.open(owner, response, 0);
          resolve();
        });
      });
      let asking: ClientRequest;
      server.listen(0, "127.0.0.1", () => {
        asking = request({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", agent: false });
        asking.on("error", () => server.close());
        asking.end();
      });
    });
    await opened;
    expect(live.count()).toBe(0);
    live.stop();
  });

  test("[L16] a reader that does not read holds nothing back: it is told the newest head when it reads again", () => {
    vi.useFakeTimers();
    const store = makeMemoryStore();
    const live = makeLiveStreams(store, limits);
    const reader = makeReader();
    live.open(owner, reader.response, 0);
    reader.block();
    fired(20, import.meta.url);
    for (let position = 1; position <= 1_000; position += 1) {
      store.announce({ kind: "head", workspace: "w", head: position });
      vi.advanceTimersByTime(50);
    }
    expect(reader.written).toHaveLength(1);
    reader.drain();
    expect(reader.written.at(-1)).toContain('{"position":1000}');
    expect(reader.written).toHaveLength(2);
    live.stop();
  });

  test("what happens within a moment is told as one hint, the newest, and what comes later as the next", () => {
    vi.useFakeTimers();
    const store = makeMemoryStore();
    const live = makeLiveStreams(store, limits);
    const [reader, other] = [makeReader(), makeReader()];
    live.open(owner, reader.response, 0);
    live.open(deviceOf("v", "v"), other.response, 0);
    const grow = (head: number, workspace = "w") => store.announce({ kind: "head", workspace, head });
    const heads = () => reader.written.map((text) => /\d+/.exec(text)?.[0]);
    grow(1);
    vi.advanceTimersByTime(20);
    grow(2);
    vi.advanceTimersByTime(29);
    expect(heads()).toEqual(["0"]);
    vi.advanceTimersByTime(1);
    expect(heads()).toEqual(["0", "2"]);
    grow(3);
    grow(9, "v");
    vi.advanceTimersByTime(50);
    expect(heads()).toEqual(["0", "2", "3"]);
    expect(other.written).toHaveLength(2);
    grow(4);
    live.stop();
    vi.advanceTimersByTime(50);
    expect(heads()).toEqual(["0", "2", "3"]);
  });
});

function head(position: number) {
  return { event: "head", data: JSON.stringify({ position }) };
}

/** Reads server-sent events one by one; undefined at the end of the stream. Comments are passed over. */
function readEvents(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  const next = async (): Promise<Record<string, string> | undefined> => {
    for (;;) {
      const end = buffer.indexOf("\n\n");
      if (end >= 0) {
        const fields = buffer
          .slice(0, end)
          .split("\n")
          .filter((line) => !line.startsWith(":"));
        buffer = buffer.slice(end + 2);
        if (fields.length > 0) return Object.fromEntries(fields.map((line) => line.split(": ", 2)));
        continue;
      }
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return undefined;
      buffer += chunk.value;
    }
  };
  return { next, cancel: async () => reader?.cancel() };
}

/** A response as a stream sees it, whose reader stops and goes on when a test says so. */
function makeReader() {
  const written: string[] = [];
  const listeners = new Map<string, () => void>();
  let isBlocked = false;
  const response = {
    get writableNeedDrain() {
      return isBlocked;
    },
    write: (text: string) => {
      written.push(text);
      return !isBlocked;
    },
    on: (name: string, listener: () => void) => void listeners.set(name, listener),
    end: () => listeners.get("end")?.(),
    destroy: () => {},
  };
  return {
    written,
    /** Resolves when the server has ended it. */
    ended: new Promise<void>((resolve) => listeners.set("end", resolve)),
    response: response as unknown as Parameters<ReturnType<typeof makeLiveStreams>["open"]>[1],
    block: () => {
      isBlocked = true;
    },
    drain: () => {
      isBlocked = false;
      listeners.get("drain")?.();
    },
  };
}
