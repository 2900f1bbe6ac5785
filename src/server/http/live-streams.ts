import type { ServerResponse } from "node:http";
import type { Store, TokenOwner, Wake } from "../store/store.ts";
import { makeHeldHeads } from "./held-heads.ts";
import { type Full, makeShares, type ShareLimits } from "./shares.ts";

/** The open live streams of this process. */
export interface LiveStreams {
  /** Whose share has no room for one more stream of this device; undefined where it fits. */
  readonly lack: (owner: TokenOwner) => Full | undefined;
  /** Serves a stream on a response whose headers are written; it ends when the device goes. */
  readonly open: (owner: TokenOwner, response: ServerResponse, head: number) => void;
  readonly count: () => number;
  readonly stop: () => void;
}

interface Stream {
  readonly owner: TokenOwner;
  readonly response: ServerResponse;
  /** The newest head that a slow reader has not been told yet: nothing else ever waits for it. */
  waitingHead: number | undefined;
  blockedBeats: number;
}

/**
 * Tells devices that the log has grown: server-sent events `head` with `{"position"}`, and a comment as heartbeat.
 * Hints only: those of one moment are told as one, and a slow reader is told the newest head when it reads again, and
 * is let go when it does not.
 */
export function makeLiveStreams(store: Store, limits: LiveLimits = liveLimits): LiveStreams {
  const byDevice = new Map<string, Set<Stream>>();
  const byWorkspace = new Map<string, Set<Stream>>();
  const slots = makeShares(limits.slots);
  const close = (stream: Stream) => {
    if (!removeFrom(byDevice, deviceKey(stream.owner), stream)) return;
    removeFrom(byWorkspace, stream.owner.workspace, stream);
    slots.take(stream.owner, -1);
    stream.response.end();
  };
  const heads = makeHeldHeads(limits.holdMs, (workspace, head) => {
    const message = headMessage(head);
    for (const stream of [...(byWorkspace.get(workspace) ?? [])]) tellHead(stream, head, message);
  });
  const hear = (wake: Wake) => {
    const streams = byWorkspace.get(wake.workspace);
    if (streams === undefined) return;
    if (wake.kind === "head") heads.hold(wake.workspace, wake.head);
    else for (const stream of [...streams]) if (stream.owner.device === wake.device) close(stream);
  };
  const beat = () => {
    for (const stream of [...byDevice.values()].flatMap((streams) => [...streams])) {
      if (!stream.response.writableNeedDrain) {
        stream.blockedBeats = 0;
        stream.response.write(": beat\n\n");
        continue;
      }
      stream.blockedBeats += 1;
      if (stream.blockedBeats > limits.blockedBeatsMax) {
        close(stream);
        stream.response.destroy();
      }
    }
  };
  // A stream is opened after its device was asked for, and an announcement may be lost: so the store is asked when it
  // is open, and now and then.
  const endRevoked = async (workspace: string, streams: readonly Stream[]) => {
    const revoked = await store.inWorkspace(workspace, async (tx) => {
      const ids = [...new Set(streams.map(({ owner }) => owner.device))];
      const rows = await Promise.all(ids.map((id) => tx.findDevice(id)));
      return new Set(rows.flatMap((row) => (row?.revokedAt == null ? [] : [row.id])));
    });
    for (const stream of streams) if (revoked.has(stream.owner.device)) close(stream);
  };
  const ignore = () => {
    // The database does not answer now: the next look does it.
  };
  let isLooking = false;
  const lookAtAll = async () => {
    if (isLooking) return;
    isLooking = true;
    // One workspace after another: this must not be in the way of anybody's work.
    for (const [workspace, streams] of [...byWorkspace])
      await endRevoked(workspace, [...streams]).catch(ignore);
    isLooking = false;
  };
  const lookTimer = setInterval(() => {
    lookAtAll().catch(ignore);
  }, limits.lookMs);
  lookTimer.unref();
  const unlisten = store.listen(hear);
  const timer = setInterval(beat, limits.heartbeatMs);
  timer.unref();
  return {
    // A device that has all it may have gives up its oldest one for a new one.
    lack: (owner) =>
      (byDevice.get(deviceKey(owner))?.size ?? 0) >= limits.streamsPerDeviceMax
        ? undefined
        : slots.lack(owner, 1),
    open: (owner, response, head) => {
      // Its `close` was told before anybody listened: it would stay for ever.
      if (response.destroyed) return;
      const stream: Stream = { owner, response, waitingHead: undefined, blockedBeats: 0 };
      addTo(byDevice, deviceKey(owner), stream);
      addTo(byWorkspace, owner.workspace, stream);
      slots.take(owner, 1);
      response.on("close", () => close(stream));
      response.on("error", () => close(stream));
      response.on("drain", () => {
        if (stream.waitingHead !== undefined) tellHead(stream, stream.waitingHead);
      });
      tellHead(stream, head);
      endRevoked(owner.workspace, [stream]).catch(ignore);
      // The newest one stays: an older one may be a dead connection that nobody has noticed yet.
      const own = [...(byDevice.get(deviceKey(owner)) ?? [])];
      for (const old of own.slice(0, Math.max(0, own.length - limits.streamsPerDeviceMax))) close(old);
    },
    count: slots.taken,
    stop: () => {
      clearInterval(timer);
      clearInterval(lookTimer);
      heads.stop();
      unlisten();
      for (const stream of [...byDevice.values()].flatMap((streams) => [...streams])) close(stream);
    },
  };
}

export interface LiveLimits {
  readonly heartbeatMs: number;
  /** How long a hint is held back, so that several at once become one. */
  readonly holdMs: number;
  readonly slots: ShareLimits;
  readonly streamsPerDeviceMax: number;
  readonly blockedBeatsMax: number;
  /** How often the store is asked whose access has ended. */
  readonly lookMs: number;
}

/** A device has one leader, some tabs and a service worker; 5,000 idle streams cost some 100 MB. */
const liveLimits: LiveLimits = {
  heartbeatMs: 15_000,
  holdMs: 75,
  slots: { all: 5_000, workspace: 1_250, lineage: 16 },
  streamsPerDeviceMax: 4,
  blockedBeatsMax: 4,
  lookMs: 60_000,
};

function tellHead(stream: Stream, position: number, message = headMessage(position)): void {
  if (stream.response.writableNeedDrain) {
    stream.waitingHead = Math.max(position, stream.waitingHead ?? 0);
    return;
  }
  stream.waitingHead = undefined;
  stream.response.write(message);
}

function headMessage(position: number): string {
  return `event: head\ndata: ${JSON.stringify({ position })}\n\n`;
}

function deviceKey({ workspace, device }: TokenOwner): string {
  return `${workspace}/${device}`;
}

function addTo(map: Map<string, Set<Stream>>, key: string, stream: Stream): void {
  const streams = map.get(key) ?? new Set();
  streams.add(stream);
  map.set(key, streams);
}

function removeFrom(map: Map<string, Set<Stream>>, key: string, stream: Stream): boolean {
  const streams = map.get(key);
  const was = streams?.delete(stream) ?? false;
  if (streams?.size === 0) map.delete(key);
  return was;
}
