import { expect, test } from "vitest";
import { missingFeatures } from "../../../src/ui/app/missing-features.ts";

/** A browser that has everything Docket needs; without what it is about, when somebody takes it away. */
function aBrowser() {
  return {
    AbortSignal: globalThis.AbortSignal,
    Array: globalThis.Array,
    BroadcastChannel: globalThis.BroadcastChannel,
    Intl: globalThis.Intl,
    Object: globalThis.Object,
    TextDecoderStream: globalThis.TextDecoderStream,
    crypto,
    reportError: () => {},
    navigator: { locks: { request: () => {} } },
    HTMLDialogElement: { prototype: { showModal: () => {} } },
  };
}

test("a browser that has everything lacks nothing", () => {
  expect(missingFeatures(aBrowser())).toEqual([]);
});

test("what a browser lacks is named", () => {
  const { BroadcastChannel: _left, ...rest } = aBrowser();
  expect(missingFeatures({ ...rest, navigator: {} })).toEqual(["Web Locks", "BroadcastChannel"]);
  expect(missingFeatures({})).toHaveLength(10);
});
