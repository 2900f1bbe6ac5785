import { describe, expect, test } from "vitest";
import { type LongPoll, makeLongPolls } from "../../../src/server/http/long-polls.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";

const owner = { workspace: "w", device: "d", root: "d" };
const other = { workspace: "w", device: "e", root: "e" };
const limits = { slots: { all: 6, workspace: 2, lineage: 2 }, pollsPerDeviceMax: 3 };
const anHour = 3_600_000;

function mustBegin(polls: ReturnType<typeof makeLongPolls>, who = owner): LongPoll {
  const poll = polls.begin(who);
  if (typeof poll === "string") throw new Error(`expected room, found ${poll}`);
  return poll;
}

/** Whether a wait is over by now, without waiting for it. */
async function isOver(wait: Promise<unknown>): Promise<boolean> {
  let over = false;
  wait.then(
    () => {
      over = true;
    },
    () => {},
  );
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

describe("a request that waits", () => {
  test("is woken when its log grows beyond its position, and by nothing else", async () => {
    const store = makeMemoryStore();
    const polls = makeLongPolls(store, limits);
    const waiting = mustBegin(polls).wait(5, anHour);
    store.announce({ kind: "head", workspace: "another", head: 9 });
    store.announce({ kind: "head", workspace: "w", head: 5 });
    store.announce({ kind: "revoked", workspace: "w", device: "another" });
    expect(await isOver(waiting)).toBe(false);
    store.announce({ kind: "head", workspace: "w", head: 6 });
    await waiting;
    expect(polls.count()).toBe(0);
    polls.stop();
  });

  test("has heard what was announced since it began, before it waits", async () => {
    const store = makeMemoryStore();
    const polls = makeLongPolls(store, limits);
    const poll = mustBegin(polls);
    store.announce({ kind: "head", workspace: "w", head: 6 });
    await poll.wait(5, anHour);
    expect(await isOver(poll.wait(6, anHour))).toBe(false);
    polls.stop();
  });

  test("looks for itself after a while: an announcement may be lost", async () => {
    const polls = makeLongPolls(makeMemoryStore(), limits);
    const poll = mustBegin(polls);
    await poll.wait(5, 1);
    expect(poll.isOver()).toBe(false);
    polls.stop();
  });

  test("is woken when its device is shut out", async () => {
    const store = makeMemoryStore();
    const polls = makeLongPolls(store, limits);
    const waiting = mustBegin(polls).wait(5, anHour);
    expect(await isOver(waiting)).toBe(false);
    store.announce({ kind: "revoked", workspace: "w", device: "d" });
    await waiting;
    expect(polls.count()).toBe(0);
    polls.stop();
  });

  test("ends when who asked has gone", async () => {
    const polls = makeLongPolls(makeMemoryStore(), limits);
    const poll = mustBegin(polls);
    const waiting = poll.wait(5, anHour);
    poll.end();
    await waiting;
    expect([poll.isOver(), polls.count()]).toEqual([true, 0]);
    polls.stop();
  });

  test("ends when the server stops, and none waits afterwards", async () => {
    const polls = makeLongPolls(makeMemoryStore(), limits);
    const waiting = mustBegin(polls).wait(5, anHour);
    expect(await isOver(waiting)).toBe(false);
    polls.stop();
    await waiting;
    const late = mustBegin(polls);
    expect([late.isOver(), await isOver(late.wait(5, anHour)), polls.count()]).toEqual([true, true, 0]);
  });

  test("[L16] of these a device has a few", () => {
    const polls = makeLongPolls(makeMemoryStore(), limits);
    const first = mustBegin(polls);
    mustBegin(polls);
    mustBegin(polls);
    expect(polls.begin(owner)).toBe("device-full");
    mustBegin(polls, other);
    first.end();
    mustBegin(polls);
    polls.stop();
  });

  test("[L16] takes a slot while it waits, of which a workspace, and a device with its successors, have a share", async () => {
    const store = makeMemoryStore();
    const polls = makeLongPolls(store, limits);
    const who = (workspace: string, device: string, root = device) => ({ workspace, device, root });
    const waits: Promise<unknown>[] = [];
    /** Waits, and answers whose share was used up instead. */
    const wait = async (caller: ReturnType<typeof who>) => {
      const waiting = mustBegin(polls, caller).wait(5, anHour);
      if (await isOver(waiting)) return waiting;
      waits.push(waiting);
      return "waits";
    };
    expect([await wait(owner), await wait(who("w", "heir", "d")), await wait(owner)]).toEqual([
      "waits",
      "waits",
      "lineage",
    ]);
    expect([await wait(other), await wait(who("w", "f"))]).toEqual(["waits", "workspace"]);
    // Who does not wait needs no place: there is something new already, or it would not wait.
    store.announce({ kind: "head", workspace: "w", head: 6 });
    await Promise.all(waits);
    expect(polls.count()).toBe(0);
    expect(await wait(owner)).toBe("waits");
    expect(await mustBegin(polls, who("v", "v")).wait(5, 0)).toBeUndefined();
    expect(polls.count()).toBe(1);
    polls.stop();
    expect(polls.count()).toBe(1);
    await Promise.all(waits);
  });
});
