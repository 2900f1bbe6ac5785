import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Role } from "../../../src/domain/role.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { WorkspaceDevice } from "../../../src/protocol/joining-messages.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { newOrder } from "../support/commands.ts";
import { describeEachDatabase, type OpenStore } from "../support/each-store.ts";
import {
  drawToken,
  followAs,
  joinAs,
  protocol,
  startTestServer,
  startWorkspace,
  type TestDevice,
} from "../support/test-server.ts";

const revoke = (by: TestDevice, device: TestDevice) =>
  by.ask({ method: "DELETE", url: `/v1/devices/${device.id}` });
const change = (by: TestDevice, device: TestDevice, payload: { name?: string; role?: Role }) =>
  by.ask({ method: "PATCH", url: `/v1/devices/${device.id}`, payload });
const listed = async (by: TestDevice) =>
  (await by.ask({ url: "/v1/devices" })).json<{ devices: WorkspaceDevice[] }>().devices;

/** Waits for the end of a stream of server-sent events, cut off or not; what is told before does not matter. */
async function untilEnd(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error("expected a stream");
  while (!(await reader.read()).done);
}

/** What a device has open at a node: a live stream and a feed request that waits. */
async function listen(node: RunningServer, { token }: TestDevice) {
  const headers = { ...protocol, authorization: `Bearer ${token}` };
  const live = await fetch(`${node.url}/v1/live`, { headers });
  expect(live.status).toBe(200);
  const feed = fetch(`${node.url}/v1/events`, { headers: { ...headers, prefer: "wait=25" } });
  // Where nobody waits for these, the server's own end cuts them off.
  return {
    liveEnds: untilEnd(live).catch(() => {}),
    feedStatus: feed.then(
      ({ status }) => status,
      () => undefined,
    ),
  };
}

/** What each route for devices answers to a token, at one node. */
async function statusesAt(node: RunningServer, { id, token }: TestDevice): Promise<readonly number[]> {
  const headers = { ...protocol, authorization: `Bearer ${token}` };
  const device = { id: newId(), name: "Kitchen", token: drawToken() };
  const sync = {
    cursor: null,
    lastSeq: 0,
    now: "2026-03-01T09:00:00.000Z",
    commands: [newOrder(1, "QX3F7K")],
  };
  const asked = [
    { method: "POST", url: "/v1/sync", payload: sync },
    { method: "POST", url: "/v1/devices", payload: { successorOf: id, device } },
    { method: "POST", url: "/v1/invites", payload: { role: "owner" } },
    { method: "DELETE", url: `/v1/devices/${id}` },
    { method: "GET", url: "/v1/devices" },
    { method: "GET", url: "/v1/events" },
    { method: "GET", url: "/v1/states?part=now" },
    { method: "GET", url: "/v1/chain?positions=1" },
    { method: "GET", url: "/v1/live" },
  ] as const;
  const answers = await Promise.all(asked.map((one) => node.app.inject({ ...one, headers })));
  return answers.map(({ statusCode }) => statusCode);
}

describeEachDatabase("access that is taken away", (open) => {
  let opened: OpenStore;
  let server: RunningServer;
  let owner: TestDevice;
  beforeEach(async () => {
    opened = await open();
    server = await startTestServer({ store: opened.store });
    owner = await startWorkspace(server);
  });
  afterEach(async () => {
    await server.app.close();
    await opened.remove();
  });

  test("is that of the whole lineage: no successor stays, under whatever name, and none that it followed", async () => {
    const thief = await joinAs(server, owner, "rep");
    const heir = await followAs(server, thief, "Kitchen");
    const last = await followAs(server, heir, "Office");
    const open = await Promise.all([thief, heir, last].map((device) => listen(server, device)));
    // Whichever of them the owner sees: here the one in the middle.
    expect((await revoke(owner, heir)).statusCode).toBe(200);
    for (const device of [thief, heir, last])
      expect(new Set(await statusesAt(server, device))).toEqual(new Set([401]));
    for (const { liveEnds, feedStatus } of open) {
      await liveEnds;
      expect(await feedStatus).toBe(401);
    }
    expect((await owner.sync()).statusCode).toBe(200);
  });

  test("takes along a successor that is made at the same moment, or lets it not be made", async () => {
    const thief = await joinAs(server, owner, "rep");
    const device = { id: newId(), name: "Kitchen", token: drawToken() };
    const payload = { successorOf: thief.id, device };
    const asked = { method: "POST", url: "/v1/devices", payload } as const;
    await Promise.all([thief.ask(asked), revoke(owner, thief), thief.ask(asked)]);
    expect(new Set(await statusesAt(server, { ...thief, ...device }))).toEqual(new Set([401]));
  });

  test("is no owner's any more: who is demoted has no heir, no invite and no request under way that is one", async () => {
    const second = await joinAs(server, owner, "owner");
    const heir = await followAs(server, second);
    const invited = await heir.ask({ method: "POST", url: "/v1/invites", payload: { role: "owner" } });
    const { code } = invited.json<{ code: string }>();
    const rep = await joinAs(server, owner, "rep");
    const [demoted, ...late] = await Promise.all([
      change(owner, second, { role: "rep" }),
      change(heir, rep, { role: "owner" }),
      revoke(heir, rep),
    ]);
    expect(demoted.json()).toMatchObject({ role: "rep" });
    expect((await listed(owner)).filter(({ role }) => role === "owner").map(({ id }) => id)).toEqual(
      // A request that came first counts, one that came later does not: never both.
      late.some(({ statusCode }) => statusCode === 200) ? expect.arrayContaining([owner.id]) : [owner.id],
    );
    for (const device of [second, heir]) expect((await revoke(device, owner)).statusCode).toBe(403);
    const device = { id: newId(), name: "Kitchen", token: drawToken() };
    const joined = await server.app.inject({
      method: "POST",
      url: "/v1/devices",
      headers: protocol,
      payload: { code, device },
    });
    expect(joined.json()).toMatchObject({ code: "code-expired" });
  });

  test("leaves the workspace an owner: an owner's old identity is no second one", async () => {
    const heir = await followAs(server, owner);
    for (const device of [owner, heir]) {
      expect((await revoke(heir, device)).json()).toMatchObject({ code: "forbidden" });
      expect((await change(owner, device, { role: "rep" })).json()).toMatchObject({ code: "forbidden" });
    }
    const second = await joinAs(server, owner, "owner");
    expect((await revoke(second, owner)).statusCode).toBe(200);
    expect((await heir.sync()).statusCode).toBe(401);
  });

  test("is told in the list: who followed whom, under the name that owners gave", async () => {
    const rep = await joinAs(server, owner, "rep");
    await change(owner, rep, { name: "Van 3" });
    const heir = await followAs(server, rep, "Kitchen");
    await change(owner, heir, { name: "Van 3, Maria" });
    expect(await listed(owner)).toMatchObject([
      { id: owner.id, root: owner.id, successorOf: null },
      { id: rep.id, root: rep.id, successorOf: null, name: "Van 3" },
      { id: heir.id, root: rep.id, successorOf: rep.id, name: "Van 3, Maria" },
    ]);
    expect(heir.joined.device.name).toBe("Van 3");
  });

  test("is not given back by asking once more with the code that one joined by", async () => {
    const invited = await owner.ask({ method: "POST", url: "/v1/invites", payload: { role: "rep" } });
    const { code } = invited.json<{ code: string }>();
    const device = { id: newId(), name: "Van", token: drawToken() };
    const join = () =>
      server.app.inject({
        method: "POST",
        url: "/v1/devices",
        headers: protocol,
        payload: { code, device },
      });
    expect((await join()).statusCode).toBe(201);
    await owner.ask({ method: "DELETE", url: `/v1/devices/${device.id}` });
    expect((await join()).json()).toMatchObject({ status: 401, code: "revoked" });
  });
});

/** What happens in a business, each to one of the devices that there are, by its index modulo their number. */
const happenings = fc.array(
  fc.oneof(
    fc.record({
      what: fc.constant("join" as const),
      role: fc.constantFrom<Role>("rep", "owner", "warehouse"),
    }),
    fc.record({ what: fc.constant("follow" as const), whom: fc.nat(30) }),
    fc.record({
      what: fc.constant("give" as const),
      whom: fc.nat(30),
      role: fc.constantFrom<Role>("rep", "owner"),
    }),
    fc.record({ what: fc.constant("revoke" as const), whom: fc.nat(30) }),
  ),
  { minLength: 4, maxLength: 14 },
);

/** A device as the model has it: its lineage is shared by all that followed one another. */
interface Modelled {
  readonly device: TestDevice;
  readonly lineage: { role: Role; revoked: boolean };
}

describe("however devices join, follow each other, get roles and are shut out", () => {
  test("no token of a lineage without access is answered but by 401, on either of two nodes", async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (steps) => {
        const store = makeMemoryStore();
        const nodes = [await startTestServer({ store }), await startTestServer({ store })] as const;
        try {
          const first = await startWorkspace(nodes[0]);
          const devices: Modelled[] = [{ device: first, lineage: { role: "owner", revoked: false } }];
          const open = new Map<Modelled, Awaited<ReturnType<typeof listen>>>();
          const living = () => devices.filter(({ lineage }) => !lineage.revoked);
          const mustOwner = () => {
            const owner = living().find(({ lineage }) => lineage.role === "owner");
            if (owner === undefined) throw new Error("expected an owner, found none");
            return owner.device;
          };
          const isLastOwner = ({ lineage }: Modelled) => {
            const owners = new Set(
              living()
                .map((one) => one.lineage)
                .filter(({ role }) => role === "owner"),
            );
            return owners.size === 1 && owners.has(lineage);
          };
          for (const [index, step] of steps.entries()) {
            const node = nodes[index % 2 === 0 ? 0 : 1];
            const target = "whom" in step ? devices[step.whom % devices.length] : undefined;
            if (step.what === "join") {
              const lineage = { role: step.role, revoked: false };
              devices.push({ device: await joinAs(node, mustOwner(), step.role), lineage });
            } else if (target !== undefined && step.what === "follow") {
              if (target.lineage.revoked) continue;
              const since = devices.filter(({ lineage }) => lineage === target.lineage).length;
              if (since > 5) continue;
              devices.push({ device: await followAs(node, target.device), lineage: target.lineage });
            } else if (target !== undefined && step.what === "give") {
              const refused = step.role !== "owner" && isLastOwner(target);
              const { statusCode } = await change(mustOwner(), target.device, { role: step.role });
              expect(statusCode).toBe(refused ? 403 : 200);
              if (!refused) target.lineage.role = step.role;
            } else if (target !== undefined && step.what === "revoke") {
              const listening = devices.filter(
                ({ lineage }) => lineage === target.lineage && !lineage.revoked,
              );
              for (const one of listening)
                if (!open.has(one)) open.set(one, await listen(nodes[1], one.device));
              const refused = isLastOwner(target);
              expect((await revoke(mustOwner(), target.device)).statusCode).toBe(refused ? 403 : 200);
              if (!refused) target.lineage.revoked = true;
            }
          }
          for (const modelled of devices) {
            const { device, lineage } = modelled;
            if (lineage.revoked) {
              for (const node of nodes)
                expect(new Set(await statusesAt(node, device))).toEqual(new Set([401]));
              await open.get(modelled)?.liveEnds;
              expect(await (open.get(modelled)?.feedStatus ?? 401)).toBe(401);
            } else {
              expect((await device.sync()).statusCode).toBe(200);
              expect((await device.ask({ url: "/v1/devices" })).statusCode).toBe(
                lineage.role === "owner" ? 200 : 403,
              );
            }
          }
        } finally {
          for (const node of nodes) await node.app.close();
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
