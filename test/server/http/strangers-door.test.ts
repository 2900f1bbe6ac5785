import { describe, expect, test } from "vitest";
import { keptFor } from "../../../src/server/http/kept-for.ts";
import { networkOf } from "../../../src/server/http/network-of.ts";
import { makeStrangersDoor } from "../../../src/server/http/strangers-door.ts";

/** Work that ends when it is told to. */
function held() {
  let end = () => {};
  const work = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work, end };
}

describe("the door for strangers", () => {
  test("[L16] lets a few in at one moment, the others in their order, and turns away one too many", async () => {
    const enter = makeStrangersDoor(2, 2);
    const entered: number[] = [];
    const rooms = [held(), held(), held(), held()];
    const visits = rooms.map(({ work }, index) =>
      enter(() => {
        entered.push(index);
        return work;
      }),
    );
    await expect(enter(async () => {})).rejects.toThrow("2 strangers wait already");
    expect(entered).toEqual([0, 1]);
    rooms[1]?.end();
    await visits[1];
    expect(entered).toEqual([0, 1, 2]);
    for (const { end } of rooms) end();
    await Promise.all(visits);
    expect(entered).toEqual([0, 1, 2, 3]);
    expect(await enter(async () => "in")).toBe("in");
  });

  test("[L16] is left also by a look-up that fails", async () => {
    const enter = makeStrangersDoor(1, 1);
    await expect(enter(() => Promise.reject(new Error("the database is away")))).rejects.toThrow("away");
    expect(await enter(async () => "in")).toBe("in");
  });
});

describe("what is kept for a while", () => {
  test("is read once by all who ask meanwhile, and again when its time is over or it is forgotten", async () => {
    let nowMs = 0;
    let reads = 0;
    const kept = keptFor(
      1_000,
      async () => {
        reads += 1;
        return reads;
      },
      () => nowMs,
    );
    expect(await Promise.all([kept.read(), kept.read()])).toEqual([1, 1]);
    nowMs = 999;
    expect(await kept.read()).toBe(1);
    nowMs = 1_000;
    expect(await kept.read()).toBe(2);
    kept.forget();
    expect(await kept.read()).toBe(3);
  });

  test("keeps a failure no longer than an answer", async () => {
    let nowMs = 0;
    let isAway = true;
    const load = async () => {
      if (isAway) throw new Error("away");
      return "here";
    };
    const kept = keptFor(1_000, load, () => nowMs);
    await expect(kept.read()).rejects.toThrow("away");
    isAway = false;
    await expect(kept.read()).rejects.toThrow("away");
    nowMs = 1_000;
    expect(await kept.read()).toBe("here");
  });
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:0DB8:0:0:9::1", "2001:db8:0:0::/64"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("%s counts as %s", (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});
