import { afterAll, beforeAll, expect } from "vitest";
import type { Device } from "../../../src/device/storage/device.ts";
import { parseConfig } from "../../../src/server/config.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { createInvite } from "../../../src/sync/calls/devices.ts";
import { startWorkspace } from "../../../src/sync/calls/joining.ts";
import { browserWorld } from "../../../src/sync/contexts/browser-world.ts";
import { drain } from "../../../src/sync/engine/drain.ts";
import { freshStorage, someSettings } from "../../device/support/a-device.ts";
import { startCheckedServer } from "../../server/support/test-server.ts";

/** What lets anybody start a workspace on it. */
export const setupCode = "LET-ME-IN";

/** A server that anybody who has its code may start a workspace on, for all tests of a file. */
export function aJoiningServer() {
  let server: RunningServer | undefined;
  const mustServer = () => {
    if (server === undefined) throw new Error("expected a test to be under way");
    return server;
  };

  beforeAll(async () => {
    const parsed = parseConfig({ PORT: "0", SETUP_CODE: setupCode, LOG_LEVEL: "silent" });
    if (parsed.outcome !== "config")
      throw new Error(`expected a valid configuration, found ${JSON.stringify(parsed)}`);
    server = await startCheckedServer(parsed.config, { store: makeMemoryStore(), clientDir: null });
  });
  afterAll(async () => server?.stop());

  return {
    /** The server of the test that is under way. */
    server: mustServer,
    /** An owner's device with a workspace of its own on the server. */
    anOwner: async (storage = freshStorage(), settings = someSettings): Promise<Device> => {
      const started = await startWorkspace(
        { origin: mustServer().url, setupCode, deviceName: "Office", settings },
        storage,
      );
      if (!started.ok) throw new Error(`expected to start a workspace, found ${started.trouble}`);
      expect(await drain(started.device, Date.now() + 10_000, browserWorld)).toBe(true);
      return started.device;
    },
    anInvite: async (owner: Device, role: "rep" | "warehouse" = "rep") => {
      const created = await createInvite(owner, role);
      if (!created.ok) throw new Error(`expected an invite, found ${created.trouble}`);
      return created.invite;
    },
  };
}
