import * as v from "valibot";
import { expect, test } from "vitest";
import { joinedSchema } from "../../src/protocol/joining-messages.ts";
import { protocolHeader, protocolVersion } from "../../src/protocol/limits.ts";
import { problemSchema } from "../../src/protocol/problem.ts";
import { statesQuerySchema } from "../../src/protocol/states-messages.ts";
import { syncRequestSchema } from "../../src/protocol/sync-messages.ts";
import { overTheWire, wireRoute } from "../support/over-the-wire.ts";
import { aFleet } from "./support/a-fleet.ts";

const token = "x".repeat(43);
const caller = { workspace: "w", device: "d", root: "d" };

/** A virtual server whose states are what a test says. */
function aServer(states: object) {
  const faults: string[] = [];
  const routes = [wireRoute("GET", "/v1/states", { query: statesQuerySchema }, async () => states)];
  const wire = overTheWire(routes, { authenticate: async () => caller }, (words) => void faults.push(words));
  const ask = (path: string) =>
    wire(`https://docket.test${path}`, {
      headers: { [protocolHeader]: protocolVersion, authorization: `Bearer ${token}` },
    });
  return { ask, faults };
}

test("a sync with a member that the real server refuses is refused by a virtual one, and the test fails", async () => {
  const { owner, server } = await aFleet();
  const more = owner.exchange((identity, request) =>
    server.ports.post(identity, { ...request, planted: true } as typeof request),
  );
  await expect(more).rejects.toThrow(/malformed.*planted/);
});

test("a query with a member that the real server refuses is refused by a virtual one", async () => {
  const { ask, faults } = aServer({});
  const answer = await ask("/v1/states?part=now&planted=1");
  expect(answer.status).toBe(400);
  expect(v.parse(problemSchema, await answer.json())).toMatchObject({ code: "malformed", path: "planted" });
  expect(faults).toEqual([expect.stringContaining("GET /v1/states: answered")]);
});

test("an answer that is not as the contract says is told", async () => {
  const { ask, faults } = aServer({ position: 0 });
  await ask("/v1/states?part=now");
  expect(faults).toEqual([expect.stringContaining("position")]);
});

test("a virtual route is one of the real server, with its schemas", () => {
  expect(() => wireRoute("POST", "/v1/orders", {}, async () => ({}))).toThrow("among the routes");
  expect(() => wireRoute("POST", "/v1/sync", { body: joinedSchema }, async () => ({}))).toThrow("schemas");
  expect(wireRoute("POST", "/v1/sync", { body: syncRequestSchema }, async () => ({}))).toBeDefined();
});
