import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { consumerDeviceId, newId } from "../../../src/protocol/ids.ts";
import { inviteSchema, joinedSchema, metaSchema } from "../../../src/protocol/joining-messages.ts";
import { inventoryName } from "../../../src/server/consumers/inventory/inventory.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { newOrder } from "../support/commands.ts";
import {
  drawToken,
  joinAs,
  protocol,
  startTestServer,
  startWorkspace,
  type TestDevice,
  testDevice,
} from "../support/test-server.ts";

const minuteMs = 60_000;

describe("joining", () => {
  let server: RunningServer;
  let owner: TestDevice;
  let now = Date.parse("2026-03-01T10:00:00.000Z");
  beforeEach(async () => {
    server = await startTestServer({ clock: () => new Date(now) });
    owner = await startWorkspace(server);
  });
  afterEach(() => server.stop());

  const newDevice = () => ({ id: newId(), name: "Van", token: drawToken() });
  const post = (url: string, payload: object, headers: object = {}) =>
    server.app.inject({ method: "POST", url, headers: { ...protocol, ...headers }, payload });
  const invite = async (role = "rep") => {
    const answer = await owner.ask({ method: "POST", url: "/v1/invites", payload: { role } });
    expect(answer.statusCode).toBe(201);
    return v.parse(inviteSchema, answer.json());
  };
  const codeOf = (answer: { statusCode: number; json: () => { code?: string } }) => [
    answer.statusCode,
    answer.json().code,
  ];

  test("the first device owns the workspace, and has a short code for its order numbers", () => {
    expect(v.is(joinedSchema, owner.joined)).toBe(true);
    expect(owner.joined).toMatchObject({
      workspace: { name: "Shop" },
      device: { role: "owner", name: "Office" },
    });
    expect(owner.joined.device.code).toMatch(/^[A-Z][A-Z0-9]$/);
  });

  test("an invite leads one device in, in the invite's role, with a code of its own", async () => {
    const { code, expiresAt, url } = await invite("warehouse");
    expect(expiresAt).toBe(new Date(now + 10 * minuteMs).toISOString());
    expect(url).toMatch(new RegExp(`^http://[^/]+/join#${code}$`));
    const answer = await post("/v1/devices", { code, device: newDevice() });
    expect(answer.statusCode).toBe(201);
    const { device } = v.parse(joinedSchema, answer.json());
    expect(device.role).toBe("warehouse");
    expect(device.code).not.toBe(owner.joined.device.code);
  });

  test("a code may be typed in small letters, with or without dashes", async () => {
    const { code } = await invite();
    const answer = await post("/v1/devices", {
      code: ` ${code.toLowerCase().replaceAll("-", " ")}`,
      device: newDevice(),
    });
    expect(answer.statusCode).toBe(201);
  });

  test("[L4] a lost answer costs nothing: the same code, id and token get the same 201 until the code expires", async () => {
    const { code } = await invite();
    const device = newDevice();
    const first = await post("/v1/devices", { code, device });
    const again = await post("/v1/devices", { code, device });
    expect([again.statusCode, again.json()]).toEqual([201, first.json()]);
    now += 11 * minuteMs;
    expect(codeOf(await post("/v1/devices", { code, device }))).toEqual([410, "code-expired"]);
    const other = await invite();
    const late = await post("/v1/devices", { code: other.code, device });
    expect([late.statusCode, late.json()]).toEqual([201, first.json()]);
    expect((await post("/v1/devices", { code: other.code, device: newDevice() })).statusCode).toBe(201);
  });

  test("a code is good once: for another device, or another token of the same, it is used", async () => {
    const { code } = await invite();
    const device = newDevice();
    await post("/v1/devices", { code, device });
    expect(codeOf(await post("/v1/devices", { code, device: newDevice() }))).toEqual([410, "code-used"]);
    expect(codeOf(await post("/v1/devices", { code, device: { ...device, token: drawToken() } }))).toEqual([
      410,
      "code-used",
    ]);
  });

  test("of many that use one code at the same moment one gets in", async () => {
    const { code } = await invite();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post("/v1/devices", { code, device: newDevice() })),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 410, 410, 410, 410]);
  });

  test("a wrong code, an expired one and a taken identity are told apart", async () => {
    const { code } = await invite();
    expect(codeOf(await post("/v1/devices", { code: "AAAA-BBBB-CCCC", device: newDevice() }))).toEqual([
      403,
      "wrong-code",
    ]);
    const taken = { ...newDevice(), id: owner.id };
    expect(codeOf(await post("/v1/devices", { code, device: taken }))).toEqual([409, "device-cloned"]);
    now += 10 * minuteMs;
    expect(codeOf(await post("/v1/devices", { code, device: newDevice() }))).toEqual([410, "code-expired"]);
  });

  test("nobody joins under an identity of the server's own: a service's, or the workspace's", async () => {
    const { workspace } = owner.joined;
    const { code } = await invite("service");
    const asService = { ...newDevice(), id: consumerDeviceId(workspace.id, inventoryName) };
    const asServer = { ...newDevice(), id: workspace.id };
    const successorOf = owner.id;
    const as = { authorization: `Bearer ${owner.token}` };
    expect(codeOf(await post("/v1/devices", { code, device: asService }))).toEqual([400, "malformed"]);
    expect(codeOf(await post("/v1/devices", { successorOf, device: asService }, as))).toEqual([
      400,
      "malformed",
    ]);
    expect(codeOf(await post("/v1/devices", { code, device: asServer }))).toEqual([409, "device-cloned"]);
    expect(codeOf(await post("/v1/devices", { successorOf, device: asServer }, as))).toEqual([
      409,
      "device-cloned",
    ]);
    expect((await post("/v1/devices", { code, device: newDevice() })).statusCode).toBe(201);
  });

  test("[L16] guessing codes is stopped, for the address that guesses and not for devices that are in", async () => {
    const { code } = await invite();
    for (let guess = 0; guess <= 10; guess += 1) {
      await post("/v1/devices", { code: `WRONG-${guess}`, device: newDevice() });
    }
    const stopped = await post("/v1/devices", { code, device: newDevice() });
    expect(codeOf(stopped)).toEqual([429, "rate-limited"]);
    expect(Number(stopped.headers["retry-after"])).toBeGreaterThan(0);
    expect(
      codeOf(await post("/v1/workspaces", { setupCode: "SETUP-CODE", name: "x", device: newDevice() })),
    ).toEqual([429, "rate-limited"]);
    expect((await owner.sync()).statusCode).toBe(200);
  });

  test("[L16] joining fifty devices from one address on one morning is no guessing", async () => {
    for (let joined = 0; joined < 50; joined += 1) await joinAs(server, owner, "rep");
    const { devices } = (await owner.ask({ url: "/v1/devices" })).json<{ devices: { code: string }[] }>();
    expect(new Set(devices.map(({ code }) => code)).size).toBe(51);
  });

  test("only an owner invites", async () => {
    const rep = await joinAs(server, owner, "rep");
    const answer = await rep.ask({ method: "POST", url: "/v1/invites", payload: { role: "owner" } });
    expect(codeOf(answer)).toEqual([403, "forbidden"]);
    expect(codeOf(await post("/v1/invites", { role: "rep" }))).toEqual([401, "unauthenticated"]);
  });

  test("starting a workspace: the wrong setup code is refused, a lost answer costs nothing", async () => {
    const device = newDevice();
    const asked = { setupCode: "SETUP-CODE", name: "Second", device };
    expect(codeOf(await post("/v1/workspaces", { ...asked, setupCode: "wrong-code-1" }))).toEqual([
      403,
      "wrong-code",
    ]);
    const first = await post("/v1/workspaces", asked);
    const again = await post("/v1/workspaces", asked);
    expect([first.statusCode, again.statusCode, again.json()]).toEqual([201, 201, first.json()]);
    expect(first.json().workspace.id).not.toBe(owner.joined.workspace.id);
  });

  test("a device takes a successor identity: same role, new code; the old one stays", async () => {
    const rep = await joinAs(server, owner, "rep");
    const device = newDevice();
    const asked = { method: "POST", url: "/v1/devices", payload: { successorOf: rep.id, device } } as const;
    const first = await rep.ask(asked);
    const again = await rep.ask(asked);
    expect([first.statusCode, again.json()]).toEqual([201, first.json()]);
    const joined = v.parse(joinedSchema, first.json());
    // Under the name that the owners know, not under one of its choice.
    expect(joined.device).toMatchObject({ id: device.id, role: "rep", name: "A rep" });
    expect(joined.device.code).not.toBe(rep.joined.device.code);
    const successor = testDevice(server, device, joined);
    expect(await successor.push(newOrder(1))).toMatchObject([{ outcome: "accepted" }]);
    expect((await rep.sync()).statusCode).toBe(200);
  });

  test("[L16] a device is followed five times a day, however they follow each other, and stops no other", async () => {
    const [rep, honest] = [await joinAs(server, owner, "rep"), await joinAs(server, owner, "rep")];
    let last = rep;
    const takeSuccessor = async (of = last) => {
      const device = newDevice();
      const answer = await of.ask({
        method: "POST",
        url: "/v1/devices",
        payload: { successorOf: of.id, device },
      });
      if (answer.statusCode === 201) last = testDevice(server, device, v.parse(joinedSchema, answer.json()));
      return answer;
    };
    for (let count = 0; count < 5; count += 1) {
      expect((await takeSuccessor()).statusCode).toBe(201);
      now += minuteMs;
    }
    for (const of of [last, rep]) {
      const refused = await takeSuccessor(of);
      expect([...codeOf(refused), refused.headers["retry-after"]]).toEqual([429, "rate-limited", "3600"]);
    }
    expect((await takeSuccessor(honest)).statusCode).toBe(201);
    expect((await post("/v1/devices", { code: (await invite()).code, device: newDevice() })).statusCode).toBe(
      201,
    );
    now += 24 * 60 * minuteMs - 5 * minuteMs;
    expect((await takeSuccessor(rep)).statusCode).toBe(201);
    expect((await takeSuccessor(rep)).statusCode).toBe(429);
  });

  test("nobody follows another device, and nobody without a token", async () => {
    const rep = await joinAs(server, owner, "rep");
    const payload = { successorOf: owner.id, device: newDevice() };
    expect(codeOf(await rep.ask({ method: "POST", url: "/v1/devices", payload }))).toEqual([
      403,
      "forbidden",
    ]);
    expect(codeOf(await post("/v1/devices", payload))).toEqual([401, "unauthenticated"]);
  });
});

describe("what the server says of itself", () => {
  test("answers anyone, and tells whether a workspace may be started", async () => {
    const server = await startTestServer({}, { setupCode: null, publicUrl: "https://docket.example.com" });
    try {
      const meta = async () => v.parse(metaSchema, (await server.app.inject({ url: "/v1/meta" })).json());
      expect(await meta()).toMatchObject({
        protocol: "1",
        setup: true,
        publicUrl: "https://docket.example.com",
      });
      const setupCode = /^https:\/\/docket\.example\.com\/start#(.+)$/.exec(server.setupUrl ?? "")?.[1];
      const start = (name: string) => {
        const payload = { setupCode, name, device: { id: newId(), name: "Office", token: drawToken() } };
        return server.app.inject({ method: "POST", url: "/v1/workspaces", headers: protocol, payload });
      };
      expect((await start("Shop")).statusCode).toBe(201);
      expect(await meta()).toMatchObject({ setup: false });
      expect((await start("Second")).json().code).toBe("code-used");
      for (const url of ["/healthz", "/readyz"]) {
        expect((await server.app.inject({ url })).json()).toEqual({ status: "ok" });
      }
    } finally {
      await server.stop();
    }
  });
});
