import { expect, test } from "vitest";
import { makeShared } from "./shared.ts";

test("what is shared is made once, for all that ask, and ended once, the newest first", async () => {
  const happened: string[] = [];
  const { share, endAll } = makeShared();
  const make = (name: string) => async () => {
    happened.push(`made ${name}`);
    return { value: name, end: async () => void happened.push(`ended ${name}`) };
  };
  const both = [share("a", make("a")), share("a", make("another"))];
  expect(await Promise.all(both)).toEqual(["a", "a"]);
  expect(await share("b", make("b"))).toBe("b");
  await endAll();
  await endAll();
  expect(happened).toEqual(["made a", "made b", "ended b", "ended a"]);
});

test("what could not be made is tried again for the next that asks", async () => {
  const { share } = makeShared();
  await expect(share("a", async () => Promise.reject(new Error("no server")))).rejects.toThrow("no server");
  expect(await share("a", async () => ({ value: 1, end: async () => {} }))).toBe(1);
});

test("one that does not end keeps no other from ending, and is told", async () => {
  const happened: string[] = [];
  const { share, endAll } = makeShared();
  await share("a", async () => ({ value: 1, end: async () => void happened.push("ended a") }));
  await share("b", async () => ({ value: 2, end: async () => Promise.reject(new Error("still runs")) }));
  await expect(endAll()).rejects.toThrow("still runs");
  expect(happened).toEqual(["ended a"]);
});
