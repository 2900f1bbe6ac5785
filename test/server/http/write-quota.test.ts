import { afterEach, describe, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { makeWriteQuota } from "../../../src/server/http/write-quota.ts";
import { noMetrics } from "../../../src/server/telemetry/metrics.ts";
import { customerAdded, makeHand, newOrder } from "../support/commands.ts";
import { type DatabaseServer, onBothDatabases } from "../support/on-both-databases.ts";
import { drawToken, joinAs, startWorkspace, type TestDevice, testDevice } from "../support/test-server.ts";

const mebibyte = 1024 * 1024;

/** So many customers of 4 kB each, in commands of their own. */
const notes = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) =>
    makeHand(`customer/${newId()}`).command(from + index, customerAdded("Acme", "x".repeat(4_000))),
  );

onBothDatabases("what may be written", (open) => {
  let at: DatabaseServer;
  afterEach(() => at.remove());

  const takeSuccessor = async (before: TestDevice) => {
    const device = { id: newId(), name: "Heir", token: drawToken() };
    const payload = { successorOf: before.id, device };
    const answer = await before.ask({ method: "POST", url: "/v1/devices", payload });
    return testDevice(at.server, device, answer.json());
  };

  test("[L16] within an hour has a limit for a device with its successors, which others do not notice", async () => {
    const lines: string[] = [];
    const logTo = { write: (line: string) => void lines.push(line) };
    at = await open({ logTo }, { deviceMibPerHour: 1, logLevel: "warn" });
    const owner = await startWorkspace(at.server);
    const rep = await joinAs(at.server, owner, "rep");
    const heir = await takeSuccessor(rep);
    const first = notes(1, 110);
    await rep.mustSync({ commands: first });
    const second = notes(1, 100);
    await heir.mustSync({ commands: second });
    expect(lines.filter((line) => line.includes("nearly written"))).toHaveLength(1);
    for (const device of [rep, heir]) {
      const answer = await device.sync({ commands: notes(1_000, 100) });
      expect([answer.statusCode, answer.json().code]).toEqual([429, "rate-limited"]);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(3_000);
      // Who has nothing to write reads on.
      expect((await device.sync()).statusCode).toBe(200);
    }
    expect(await owner.push(newOrder(1))).toMatchObject([{ outcome: "accepted" }]);
    expect((await owner.mustSync()).head).toBe(211);
  });

  test("[L4] what comes again within an hour, since its answer was lost, is not counted twice", async () => {
    at = await open({}, { deviceMibPerHour: 1 });
    const owner = await startWorkspace(at.server);
    const commands = notes(1, 100);
    for (let sent = 0; sent < 5; sent += 1) await owner.mustSync({ commands });
    await owner.mustSync({ commands: notes(1_000, 100) });
  });

  test("[L16] in all has a limit for a workspace: what is over it is held for later, and everything else goes on", async () => {
    const lines: string[] = [];
    const logTo = { write: (line: string) => void lines.push(line) };
    at = await open({ logTo }, { workspaceMib: 1, logLevel: "warn" });
    const owner = await startWorkspace(at.server);
    const other = await startWorkspace(at.server, "Another shop");
    const all = notes(1, 300);
    const verdicts = [...(await owner.push(...all.slice(0, 150))), ...(await owner.push(...all.slice(150)))];
    const full = verdicts.filter(({ outcome }) => outcome === "refused");
    const accepted = verdicts.filter(({ outcome }) => outcome === "accepted");
    expect(accepted.length).toBeGreaterThan(200);
    expect(accepted.length * 4_500).toBeLessThan(mebibyte);
    expect(full).toHaveLength(300 - accepted.length);
    expect(full[0]).toMatchObject({ problem: { code: "workspace-full", status: 507 } });
    expect(lines.filter((line) => line.includes("nearly stored"))).toHaveLength(1);
    // Nothing of it is remembered: the same commands are taken once there is room.
    const again = await owner.push(...all.slice(-1));
    expect(again).toMatchObject([{ outcome: "refused", problem: { code: "workspace-full" } }]);
    expect((await owner.mustSync()).head).toBe(accepted.length);
    expect(await other.push(newOrder(1))).toMatchObject([{ outcome: "accepted" }]);
  });

  test("a workspace's total counts what was refused for good as well, and no command twice", async () => {
    at = await open();
    const owner = await startWorkspace(at.server);
    const workspace = owner.joined.workspace.id;
    const stored = () =>
      at.server.store.inWorkspace(workspace, async (tx) => (await tx.readStanding(owner.id, 0)).storedBytes);
    expect(await stored()).toBe(0);
    const service = await joinAs(at.server, owner, "service");
    expect(await service.push(newOrder(1))).toMatchObject([{ outcome: "refused" }]);
    expect(await stored()).toBe(200);
    const [command] = notes(1, 1);
    if (command === undefined) throw new Error("expected a command");
    await owner.push(command);
    const found = await stored();
    const dataBytes = Buffer.byteLength(JSON.stringify(command.events[0]?.data));
    expect(found).toBe(200 + 200 + 300 + dataBytes);
    await owner.push(command);
    expect(await stored()).toBe(found);
  });
});

describe("the quota of an hour", () => {
  const owner = { workspace: "w", device: "d", root: "d" };
  const log = { warn: () => {} };

  test("begins with the first write, and again when it is over; the rest of it is told", () => {
    let nowMs = 0;
    const quota = makeWriteQuota({ hourBytes: 100, workspaceBytes: 1 }, noMetrics, () => nowMs);
    expect(quota.take(owner, 90, log)).toBeUndefined();
    nowMs = 59 * 60_000;
    expect(quota.take(owner, 20, log)).toMatchObject({ code: "rate-limited", retryAfterMs: 60_000 });
    quota.giveBack(owner, 50);
    expect(quota.take(owner, 60, log)).toBeUndefined();
    nowMs = 60 * 60_000;
    expect(quota.take(owner, 90, log)).toBeUndefined();
  });

  test("lets one write through that is larger than all of it: else nothing ever would", () => {
    const quota = makeWriteQuota({ hourBytes: 100, workspaceBytes: 1 }, noMetrics);
    expect(quota.take(owner, 200, log)).toBeUndefined();
    expect(quota.take(owner, 1, log)).toMatchObject({ status: 429 });
  });
});
