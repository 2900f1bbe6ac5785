import { describe, expect, test } from "vitest";
import { type PersistPorts, persistUnasked } from "../../../src/device/storage/storage-health.ts";

/** A browser that says this of lasting storage, and how often it was asked for it. */
function aBrowser(said: {
  readonly permission?: PermissionState;
  readonly persisted?: boolean;
  readonly neverPrompts?: boolean;
}) {
  let asked = 0;
  const ports: PersistPorts = {
    persisted: async () => said.persisted,
    permission: async () => said.permission,
    neverPrompts: () => said.neverPrompts ?? false,
    persist: async () => {
      asked += 1;
      return true;
    },
  };
  return { ports, asked: () => asked };
}

describe("lasting storage", () => {
  test.each([
    ["is asked for where it was granted before", { permission: "granted", persisted: false }, true, 1],
    ["is asked for where the browser has no such permission", { persisted: false }, true, 1],
    [
      "is left to Settings where the person would be asked",
      { permission: "prompt", persisted: false },
      false,
      0,
    ],
    ["is not asked for where it was denied", { permission: "denied", persisted: false }, false, 0],
    ["is asked for where a question never comes up", { permission: "prompt", neverPrompts: true }, true, 1],
    ["is not asked for where it was denied for good", { permission: "denied", neverPrompts: true }, false, 0],
    ["is not asked for again where it is promised", { permission: "prompt", persisted: true }, true, 0],
  ] as const)("%s", async (_what, said, promised, times) => {
    const { ports, asked } = aBrowser(said);
    expect(await persistUnasked(ports)).toBe(promised);
    expect(asked()).toBe(times);
  });
});
