import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { devicesSchema } from "../../../src/protocol/joining-messages.ts";
import type { Problem } from "../../../src/protocol/problem.ts";
import {
  type Deliveries,
  deliveriesSchema,
  type Subscription,
  type SubscriptionWithSecret,
  subscriptionLimits,
  subscriptionsSchema,
  subscriptionWithSecretSchema,
  testResultSchema,
} from "../../../src/protocol/subscription-messages.ts";
import { makeWebhooks } from "../../../src/server/consumers/webhooks/webhooks.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { newOrder } from "../support/commands.ts";
import { consumeAll } from "../support/consume-all.ts";
import {
  followAs,
  joinAs,
  startTestServer,
  startWorkspace,
  type TestDevice,
} from "../support/test-server.ts";

let server: RunningServer;
let strict: RunningServer;
/** Answers with the status in its path. */
const receiver = createServer((request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(Number(request.url?.slice(1, 4))).end());
});
const at = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${path}`;

beforeAll(async () => {
  await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening));
  [server, strict] = [await startTestServer({}, { webhookAllowPrivate: true }), await startTestServer()];
});
afterAll(async () => {
  await server.stop();
  await strict.stop();
  receiver.closeAllConnections();
  receiver.close();
});

const wanted = (over: object = {}) => ({
  url: at("200"),
  mode: "state",
  types: [],
  description: "ERP",
  ...over,
});
const create = (device: TestDevice, over: object = {}) =>
  device.ask({ method: "POST", url: "/v1/subscriptions", payload: wanted(over) });
const mustCreate = async (device: TestDevice, over: object = {}) => {
  const answer = await create(device, over);
  expect(answer.statusCode).toBe(201);
  return answer.json<SubscriptionWithSecret>();
};
const list = async (device: TestDevice) => {
  const answer = await device.ask({ method: "GET", url: "/v1/subscriptions" });
  return v.parse(subscriptionsSchema, answer.json()).subscriptions;
};
const act = (device: TestDevice, method: "POST" | "DELETE" | "PATCH", path: string, payload?: object) =>
  device.ask({
    method,
    url: `/v1/subscriptions/${path}`,
    ...(payload === undefined ? {} : { payload }),
  });

describe("subscriptions, for owners", () => {
  test("one is made, listed, changed, paused and deleted; its secret is told once and never again", async () => {
    const owner = await startWorkspace(server);
    const answer = await create(owner, { types: ["order-placed"] });
    const { subscription, secret } = v.parse(subscriptionWithSecretSchema, answer.json());
    expect(subscription).toMatchObject({
      url: at("200"),
      mode: "state",
      types: ["order-placed"],
      description: "ERP",
      state: "active",
      waiting: 0,
      dead: 0,
    });
    expect(await list(owner)).toEqual([subscription]);
    const changed = await act(owner, "PATCH", subscription.id, {
      active: false,
      mode: "notification",
      types: [],
    });
    expect(changed.json()).toEqual({ ...subscription, state: "paused", mode: "notification", types: [] });
    const resumed = await act(owner, "PATCH", subscription.id, { active: true });
    expect(resumed.json<Subscription>().state).toBe("active");
    const rotated = v.parse(
      subscriptionWithSecretSchema,
      (await act(owner, "POST", `${subscription.id}/rotate-secret`)).json(),
    );
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.subscription.formerSecretUntil).not.toBeNull();
    const listed = await owner.ask({ method: "GET", url: "/v1/subscriptions" });
    for (const one of [secret, rotated.secret]) expect(listed.body).not.toContain(one);
    expect((await act(owner, "DELETE", subscription.id)).statusCode).toBe(200);
    expect(await list(owner)).toEqual([]);
    expect((await act(owner, "DELETE", subscription.id)).statusCode).toBe(404);
  });

  test("only an owner sees or makes one, and nobody else learns what this network knows", async () => {
    const owner = await startWorkspace(server);
    const { subscription } = await mustCreate(owner);
    for (const role of ["rep", "warehouse", "service"] as const) {
      const device = await joinAs(server, owner, role);
      const answers = [
        await create(device, { url: "https://no-such-host.invalid/" }),
        await device.ask({ method: "GET", url: "/v1/subscriptions" }),
        await act(device, "PATCH", subscription.id, { url: "https://no-such-host.invalid/" }),
        await act(device, "DELETE", subscription.id),
        await act(device, "POST", `${subscription.id}/test`),
        await act(device, "POST", `${subscription.id}/rotate-secret`),
      ];
      expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 6 }, () => 403));
    }
  });

  test.each([
    ["plain HTTP", "http://example.com/hook"],
    ["this machine", "https://127.0.0.1/hook"],
    ["this machine, written otherwise", "https://0x7f.1/hook"],
    ["a private network", "https://10.0.0.8/hook"],
    ["a cloud's metadata", "https://169.254.169.254/latest/meta-data"],
    ["this machine by IPv6", "https://[::1]/hook"],
    ["a mapped address", "https://[::ffff:10.0.0.1]/hook"],
    ["a name of this machine", "https://localhost/hook"],
    ["a name that nobody has", "https://no-such-host.invalid/hook"],
  ])("an address that may not be sent to is refused, with what to do: %s", async (_what, url) => {
    const owner = await startWorkspace(strict);
    const answer = await create(owner, { url });
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([422, "address-refused"]);
    expect(answer.json<Problem>().detail).toMatch(/^(the address must|its host|it leads)/);
  });

  test.each([
    ["no address", { url: "example.com" }],
    ["a script", { url: "javascript:alert(1)" }],
    ["a password in the address", { url: "https://user:secret@example.com/" }],
    ["a fragment", { url: "https://example.com/#x" }],
    ["too long an address", { url: `https://example.com/${"x".repeat(2_000)}` }],
    ["an unknown mode", { mode: "loud" }],
    ["an unknown type", { types: ["order-eaten"] }],
    ["a type twice", { types: ["order-placed", "order-placed"] }],
    ["another member", { secret: "whsec_mine" }],
  ])("[L16] what is malformed is refused: %s", async (_what, over) => {
    const owner = await startWorkspace(server);
    const answer = await create(owner, over);
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([400, "malformed"]);
  });

  test("whose maker has no access any more, under whatever identity, is told by the maker's last name", async () => {
    const owner = await startWorkspace(server);
    const second = await joinAs(server, owner, "owner");
    const heir = await followAs(server, second);
    await owner.ask({ method: "PATCH", url: `/v1/devices/${heir.id}`, payload: { name: "Maria's laptop" } });
    const { subscription } = await mustCreate(second);
    const own = (await mustCreate(owner)).subscription;
    const makers = async () => (await list(owner)).map(({ id, endedMaker }) => [id, endedMaker]);
    expect(subscription.endedMaker).toBeNull();
    expect(await makers()).toEqual([
      [subscription.id, null],
      [own.id, null],
    ]);
    await owner.ask({ method: "DELETE", url: `/v1/devices/${second.id}` });
    expect(await makers()).toEqual([
      [subscription.id, "Maria's laptop"],
      [own.id, null],
    ]);
    const changed = await act(owner, "PATCH", subscription.id, { active: false });
    expect(changed.json()).toMatchObject({ state: "paused", endedMaker: "Maria's laptop" });
  });

  test("are counted in the list of devices, with all identities of whoever made them", async () => {
    const owner = await startWorkspace(server);
    const second = await joinAs(server, owner, "owner");
    const heir = await followAs(server, second);
    await mustCreate(second);
    const last = (await mustCreate(heir)).subscription;
    const counts = async () => {
      const { devices } = v.parse(devicesSchema, (await owner.ask({ url: "/v1/devices" })).json());
      return devices.map(({ id, webhooks }) => [id, webhooks]);
    };
    const counted = (webhooks: number) => [
      [owner.id, 0],
      [second.id, webhooks],
      [heir.id, webhooks],
    ];
    expect(await counts()).toEqual(counted(2));
    await owner.ask({ method: "DELETE", url: `/v1/devices/${second.id}` });
    expect(await counts()).toEqual(counted(2));
    await act(owner, "DELETE", last.id);
    expect(await counts()).toEqual(counted(1));
  });

  test("[L16] a workspace has a limited number of them", async () => {
    const owner = await startWorkspace(server);
    for (let made = 0; made < subscriptionLimits.subscriptions; made += 1) await mustCreate(owner);
    const answer = await create(owner);
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([409, "too-many-subscriptions"]);
  });

  test("a test event is sent at once, and its result is told", async () => {
    const owner = await startWorkspace(server);
    const result = async (path: string) => {
      const { subscription } = await mustCreate(owner, { url: at(path) });
      const answer = await act(owner, "POST", `${subscription.id}/test`);
      return v.parse(testResultSchema, answer.json());
    };
    expect(await result("204")).toMatchObject({ delivered: true, status: 204, fault: null });
    expect(await result("500")).toMatchObject({
      delivered: false,
      status: 500,
      fault: { reason: "status", status: 500 },
    });
    expect(await result("302")).toMatchObject({ delivered: false, fault: { reason: "redirect" } });
    const { subscription } = await mustCreate(owner, { url: "http://127.0.0.1:1/" });
    const unreached = await act(owner, "POST", `${subscription.id}/test`);
    expect(unreached.json()).toMatchObject({
      delivered: false,
      status: null,
      fault: { reason: "no-connection" },
    });
    expect((await list(owner)).every(({ waiting }) => waiting === 0)).toBe(true);
  });

  test("[L16] tests are limited: this server is not made to knock at doors all day", async () => {
    const owner = await startWorkspace(server);
    const { subscription } = await mustCreate(owner);
    const answers = [];
    for (let asked = 0; asked < 12; asked += 1)
      answers.push((await act(owner, "POST", `${subscription.id}/test`)).statusCode);
    expect(answers.at(0)).toBe(200);
    expect(answers.at(-1)).toBe(429);
  });

  test("what waits is listed page by page, and only what was given up can be replayed or skipped", async () => {
    const owner = await startWorkspace(server);
    const { subscription } = await mustCreate(owner);
    await act(owner, "PATCH", subscription.id, { active: false });
    const orders = Array.from({ length: 120 }, (_, index) => newOrder(index + 1, owner.joined.device.code));
    await owner.push(...orders);
    await consumeAll(server.store, makeWebhooks(), owner.joined.workspace.id);
    const page = async (query: string): Promise<Deliveries> => {
      const url = `/v1/subscriptions/${subscription.id}/deliveries?${query}`;
      return v.parse(deliveriesSchema, (await owner.ask({ method: "GET", url })).json());
    };
    const first = await page("state=pending");
    expect(first.deliveries).toHaveLength(subscriptionLimits.page);
    expect(first.deliveries[0]).toMatchObject({
      type: "order-drafted",
      position: 1,
      state: "pending",
      attempts: 0,
    });
    const second = await page(`state=pending&after=${first.after}`);
    expect([second.deliveries.length, second.after]).toEqual([20, null]);
    expect((await page("state=dead")).deliveries).toEqual([]);
    expect(await list(owner)).toMatchObject([{ waiting: 120, dead: 0, state: "paused" }]);
    const pending = first.deliveries[0]?.id;
    for (const how of ["replay", "skip"]) {
      const answer = await act(owner, "POST", `${subscription.id}/deliveries/${pending}/${how}`);
      expect([answer.statusCode, answer.json<Problem>().code]).toEqual([409, "not-dead"]);
    }
    const wrong = await owner.ask({
      method: "GET",
      url: `/v1/subscriptions/${subscription.id}/deliveries?state=delivered`,
    });
    expect(wrong.statusCode).toBe(400);
    expect((await act(owner, "DELETE", subscription.id)).statusCode).toBe(200);
  });
});
