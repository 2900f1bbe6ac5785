import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Role, roles } from "../../../src/domain/role.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { aWorld, type World } from "../support/a-world.ts";
import { drafted, lineAdded, makeOrderHand, someTime } from "../support/commands.ts";
import { routesOf } from "../support/routes-of.ts";
import { drawToken, startTestServer } from "../support/test-server.ts";

/** What only who asks can know is always their own; `ids` are those of some world. */
type Request = (ids: World, own: World) => InjectOptions;

/** A route that takes no id from who asks: nothing to mistake for another's. */
const idless = "takes no id";

/** How each route is called. The test fails for a route that is not here. */
const requests: Readonly<Record<string, Request | typeof idless>> = {
  "GET /healthz": idless,
  "GET /readyz": idless,
  "GET /metrics": idless,
  "GET /v1/meta": idless,
  "GET /v1/sign-in": idless,
  "GET /v1/openapi.json": idless,
  "GET /v1/asyncapi.json": idless,
  "GET /v1/live": idless,
  "GET /v1/devices": idless,
  "POST /v1/invites": idless,
  "POST /v1/workspaces": ({ drawn }) => ({
    method: "POST",
    url: "/v1/workspaces",
    payload: {
      setupCode: "SETUP-CODE",
      name: "Shop",
      device: { id: drawn.device, name: "New", token: drawToken() },
    },
  }),
  "POST /v1/devices": ({ drawn }) => ({
    method: "POST",
    url: "/v1/devices",
    payload: { device: { id: drawn.device, name: "New", token: drawToken() } },
  }),
  "PATCH /v1/devices/:id": ({ devices }) => ({
    method: "PATCH",
    url: `/v1/devices/${devices.warehouse.id}`,
    payload: { name: "Renamed" },
  }),
  "DELETE /v1/devices/:id": ({ devices }) => ({
    method: "DELETE",
    url: `/v1/devices/${devices.warehouse.id}`,
  }),
  "GET /v1/streams/:kind/:id": ({ orderId }) => ({ method: "GET", url: `/v1/streams/order/${orderId}` }),
  "GET /v1/states": ({ orderId }) => ({ method: "GET", url: `/v1/states?part=now&after=order/${orderId}` }),
  "GET /v1/chain": idless,
  "GET /v1/consistency": ({ cursor }) => ({ method: "GET", url: `/v1/consistency?at=${cursor}` }),
  "GET /v1/consumers": idless,
  "GET /v1/events": ({ cursor }) => ({ method: "GET", url: `/v1/events?after=${cursor}` }),
  "POST /v1/consumers/:name/retry": ({ orderId }) => ({
    method: "POST",
    url: "/v1/consumers/inventory/retry",
    payload: { stream: `order/${orderId}` },
  }),
  "POST /v1/consumers/:name/reset": idless,
  "POST /v1/sync": ({ drawn, cursor, events, orderId, lineId }) => {
    const last = events.at(-1);
    const change = makeOrderHand(orderId).command(1_001, {
      type: "line-quantity-changed",
      schemaVersion: 1,
      data: { lineId, from: 1, to: 2 },
    });
    return {
      method: "POST",
      url: "/v1/sync",
      payload: {
        cursor,
        lastSeq: 1_002,
        now: someTime,
        commands: [
          { ...drawn.hand.command(1_000, drafted("ZZ-1000")), replaces: events[0]?.command },
          { ...change, expected: { version: last?.version, event: last?.id } },
          // Sent before, by somebody.
          { ...drawn.hand.command(1_002, lineAdded("TEA")), id: last?.command },
        ],
      },
    };
  },
  "GET /v1/subscriptions": idless,
  "POST /v1/subscriptions": idless,
  ...Object.fromEntries(
    (
      [
        ["PATCH", "", { active: false }],
        ["DELETE", ""],
        ["POST", "/test"],
        ["POST", "/rotate-secret"],
        ["POST", "/replay"],
        ["GET", "/deliveries?state=pending"],
      ] as const
    ).map(([method, path, payload]): [string, Request] => [
      `${method} /v1/subscriptions/:id${path.replace(/\?.*/, "")}`,
      ({ subscription }) => ({
        method,
        url: `/v1/subscriptions/${subscription}${path}`,
        ...(payload === undefined ? {} : { payload }),
      }),
    ]),
  ),
  ...Object.fromEntries(
    ["replay", "skip"].map((how): [string, Request] => [
      `POST /v1/subscriptions/:id/deliveries/:delivery/${how}`,
      ({ subscription, delivery }) => ({
        method: "POST",
        url: `/v1/subscriptions/${subscription}/deliveries/${delivery}/${how}`,
      }),
    ]),
  ),
  "POST /v1/hand-over": ({ drawn, cursor, devices }) => ({
    method: "POST",
    url: "/v1/hand-over",
    payload: {
      cursor,
      now: someTime,
      commands: [
        {
          ...drawn.hand.command(1_003, drafted("ZZ-1003")),
          device: devices.rep.id,
          proof: "0".repeat(64),
        },
      ],
    },
  }),
  "POST /v1/resupply": ({ events }) => ({
    method: "POST",
    url: "/v1/resupply",
    payload: { commands: [{ events }] },
  }),
};

let server: RunningServer;
let elsewhere: RunningServer;
let foreign: World;
/** Of another server altogether: nobody here knows any of its ids. */
let unknown: World;
beforeAll(async () => {
  const config = { webhookAllowPrivate: true };
  [server, elsewhere] = [await startTestServer({}, config), await startTestServer({}, config)];
  [foreign, unknown] = [await aWorld(server), await aWorld(elsewhere)];
});
afterAll(async () => {
  await server.stop();
  await elsewhere.stop();
});

describe("[L15] another workspace's ids are answered like ids that nobody has", () => {
  test("every route says here how it is called", () => {
    expect(routesOf(server).filter((route) => !Object.hasOwn(requests, route))).toEqual([]);
    expect(Object.keys(requests).filter((route) => !routesOf(server).includes(route))).toEqual([]);
  });

  for (const [route, request] of Object.entries(requests)) {
    if (request === idless) continue;
    test.each(roles)(`${route}, every field with an id, as %s`, async (role) => {
      const fields = differingPaths(request(foreign, foreign), request(unknown, unknown)).filter(
        (path) => path.at(-1) !== "token",
      );
      expect(fields.length).toBeGreaterThan(0);
      // All at once, and one after the other.
      for (const paths of [fields, ...fields.map((path) => [path])]) {
        const [theirs, nobodys] = [
          await answerTo(request, role, foreign, paths),
          await answerTo(request, role, unknown, paths),
        ];
        expect(theirs, JSON.stringify(paths)).toEqual(nobodys);
      }
    });
  }

  test("a difference would be noticed: an id of one's own is answered otherwise", async () => {
    const own = await aWorld(server);
    const ask = (url: string) => own.devices.owner.ask({ method: "GET", url });
    const [mine, theirs] = [
      await ask(`/v1/streams/order/${own.orderId}`),
      await ask(`/v1/streams/order/${foreign.orderId}`),
    ];
    expect([mine.statusCode, theirs.statusCode]).toEqual([200, 404]);
  });

  test("nothing of what was tried has changed the other workspace", async () => {
    const { events } = await foreign.devices.owner.mustSync();
    expect(events).toEqual(foreign.events);
    const kept = await foreign.devices.owner.ask({ method: "GET", url: "/v1/subscriptions" });
    expect(kept.json()).toMatchObject({
      subscriptions: [{ id: foreign.subscription, state: "paused", formerSecretUntil: null, waiting: 1 }],
    });
    const listed = await foreign.devices.owner.ask({ method: "GET", url: "/v1/devices" });
    expect(listed.json<{ devices: { name: string }[] }>().devices.map(({ name }) => name)).toEqual([
      "Office",
      "A rep",
      "A warehouse",
      "A service",
    ]);
  });
});

/** Asks as a device of a workspace made for it, whose request carries another world's ids at these paths. */
async function answerTo(request: Request, role: Role, ids: World, paths: readonly (readonly string[])[]) {
  const own = await aWorld(server);
  const asked = paths.reduce(
    (made, path) => withValue(made, path, valueAt(request(ids, own), path)),
    request(own, own) as unknown,
  ) as InjectOptions;
  const answer = await own.devices[role].ask(asked);
  return { status: answer.statusCode, type: answer.headers["content-type"], body: withoutIds(answer.body) };
}

/** A body in which only what is the same for every id is left. */
function withoutIds(body: string): string {
  return body
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>")
    .replace(/[0-9a-f]{64}/g, "<hash>")
    .replace(/"(seal|token)":"[^"]*"/g, '"$1":"<secret>"')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/"clockOffsetMs":\d+/g, '"clockOffsetMs":"<time>"')
    .replace(/"(code|number)":"[A-Z0-9]{2}(-\d+)?"/g, '"$1":"<code>"');
}

/** Where two values of the same shape differ. */
function differingPaths(
  one: unknown,
  other: unknown,
  path: readonly string[] = [],
): readonly (readonly string[])[] {
  if (typeof one === "object" && one !== null && typeof other === "object" && other !== null)
    return Object.keys(one).flatMap((key) =>
      differingPaths(one[key as keyof typeof one], other[key as keyof typeof other], [...path, key]),
    );
  return one === other ? [] : [path];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((found, key) => (found as Record<string, unknown>)[key], value);
}

function withValue(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  const inner = withValue((value as Record<string, unknown>)[key], rest, put);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...(value as object), [key]: inner };
}
