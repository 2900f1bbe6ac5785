import { describe, expect, test } from "vitest";
import {
  type LookEffect,
  type LookInput,
  lookAtStorage,
  type StorageLook,
} from "../../../src/device/storage/storage-look.ts";

/** What a row of inputs comes to: the end, and every effect on the way. */
function play(...inputs: readonly LookInput[]): readonly [StorageLook, readonly LookEffect[]] {
  let look: StorageLook = "rests";
  const effects: LookEffect[] = [];
  for (const input of inputs) {
    const [next, effect] = lookAtStorage(look, input);
    look = next;
    if (effect !== undefined) effects.push(effect);
  }
  return [look, effects];
}

describe("a look at the storage", () => {
  test("that answers is over", () => {
    expect(play("asked", "answered")).toEqual(["rests", ["read"]]);
  });
  test("that fails opens the connection again, and is over when that has helped", () => {
    expect(play("asked", "failed", "answered", "answered")).toEqual(["rests", ["read", "open", "read"]]);
  });
  test("that fails twice with a new connection in between finds the storage lost", () => {
    const effects = ["read", "open", "read", "tell"];
    expect(play("asked", "failed", "answered", "failed")).toEqual(["lost", effects]);
    expect(play("asked", "failed", "failed", "failed")).toEqual(["lost", effects]);
  });
  test("that gets no answer proves nothing, but after a failure it does", () => {
    expect(play("asked", "silent")[0]).toBe("rests");
    expect(play("asked", "failed", "silent", "silent")[0]).toBe("lost");
  });
  test("that is asked for because transactions wait unanswered opens the connection again, and then silence does prove it lost", () => {
    expect(play("stuck", "answered", "answered")).toEqual(["rests", ["open", "read"]]);
    expect(play("asked", "stuck", "stuck", "answered", "stuck", "silent")).toEqual([
      "lost",
      ["read", "open", "read", "tell"],
    ]);
  });
  test("goes on once, however often it is asked for", () => {
    expect(play("asked", "asked", "failed", "asked", "answered", "asked", "failed", "asked")).toEqual([
      "lost",
      ["read", "open", "read", "tell"],
    ]);
  });
});
