import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { devicesSchema } from "../../../src/protocol/joining-messages.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { newOrder } from "../support/commands.ts";
import { joinAs, startTestServer, startWorkspace, type TestDevice } from "../support/test-server.ts";

describe("devices", () => {
  let server: RunningServer;
  let owner: TestDevice;
  let rep: TestDevice;
  beforeEach(async () => {
    server = await startTestServer();
    owner = await startWorkspace(server);
    rep = await joinAs(server, owner, "rep");
  });
  afterEach(() => server.stop());
  const change = (id: string, payload: object) =>
    owner.ask({ method: "PATCH", url: `/v1/devices/${id}`, payload });
  const revoke = (id: string) => owner.ask({ method: "DELETE", url: `/v1/devices/${id}` });

  test("are listed for owners, revoked ones included", async () => {
    await revoke(rep.id);
    const answer = await owner.ask({ url: "/v1/devices" });
    const { devices } = v.parse(devicesSchema, answer.json());
    expect(devices.map(({ id, revokedAt }) => [id, revokedAt !== null])).toEqual([
      [owner.id, false],
      [rep.id, true],
    ]);
    expect(answer.body).not.toContain("oken");
    expect((await rep.ask({ url: "/v1/devices" })).json().code).toBe("revoked");
  });

  test("are renamed and get another role, which counts at once", async () => {
    const { statusCode, body } = await change(rep.id, { name: "Van 2", role: "warehouse" });
    expect([statusCode, JSON.parse(body)]).toMatchObject([
      200,
      { id: rep.id, name: "Van 2", role: "warehouse" },
    ]);
    expect(await rep.push(newOrder(1))).toMatchObject([{ problem: { code: "not-allowed" } }]);
  });

  test("the last owner stays: it can neither leave nor step down while it is the only one", async () => {
    for (const answer of [await revoke(owner.id), await change(owner.id, { role: "rep" })]) {
      expect([answer.statusCode, answer.json().code]).toEqual([403, "forbidden"]);
    }
    await change(rep.id, { role: "owner" });
    expect((await revoke(owner.id)).statusCode).toBe(200);
    expect((await owner.sync()).json().code).toBe("revoked");
  });

  test("[L15] of another workspace and ones that never were look the same", async () => {
    const stranger = await startWorkspace(server, "Another shop");
    const answers = [
      await revoke(stranger.id),
      await revoke(newId()),
      await change(stranger.id, { name: "x" }),
      await revoke("x"),
    ];
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual(
      answers.map(() => [404, answers[0]?.body]),
    );
    expect((await stranger.sync()).statusCode).toBe(200);
  });

  test("[L15] a stream of another workspace looks as if it were not there", async () => {
    const order = newOrder(1);
    await rep.push(order);
    const stranger = await startWorkspace(server, "Another shop");
    const url = `/v1/streams/${order.stream}`;
    expect((await rep.ask({ url })).json()).toMatchObject({
      stream: order.stream,
      version: 1,
      events: [{ position: 1 }],
    });
    const missing = await stranger.ask({ url: `/v1/streams/order/${newId()}` });
    const foreign = await stranger.ask({ url });
    expect([foreign.statusCode, foreign.body]).toEqual([404, missing.body]);
  });
});
