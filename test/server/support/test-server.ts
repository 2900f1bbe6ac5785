import { randomBytes } from "node:crypto";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import type { Role } from "../../../src/domain/role.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { Joined } from "../../../src/protocol/joining-messages.ts";
import type { PushedCommand, SyncRequest, SyncResponse } from "../../../src/protocol/sync-messages.ts";
import type { Config } from "../../../src/server/config.ts";
import { type RunningServer, type ServerParts, startServer } from "../../../src/server/start-server.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { checkAnswers } from "./check-answers.ts";
import { someTime } from "./commands.ts";

/** A configuration for tests: any free port, silent, a known setup code. */
export const testConfig: Config = {
  port: 0,
  host: "127.0.0.1",
  dataDir: "",
  databaseUrl: null,
  publicUrl: null,
  trustProxy: false,
  setupCode: "SETUP-CODE",
  logLevel: "silent",
  consumers: [],
  metricsToken: null,
  webhookAllowPrivate: false,
  deviceMibPerHour: 1_000,
  workspaceMib: 10_000,
};

/** A server on a store in memory, unless another one is given. Its answers are held against the OpenAPI document. */
export function startTestServer(
  parts: ServerParts = {},
  config: Partial<Config> = {},
): Promise<RunningServer> {
  const inMemory = { store: makeMemoryStore(), clientDir: null, ...parts };
  return startCheckedServer({ ...testConfig, ...config }, inMemory);
}

/** The server as it is started for real, whose answers are held against the OpenAPI document. */
export async function startCheckedServer(config: Config, parts: ServerParts): Promise<RunningServer> {
  return checkAnswers(await startServer(config, parts));
}

/** A device as a test has it: who it is, and how it asks. */
export interface TestDevice {
  readonly id: string;
  readonly token: string;
  readonly joined: Joined;
  readonly ask: (options: InjectOptions) => Promise<LightMyRequestResponse>;
  readonly sync: (request?: Partial<SyncRequest>) => Promise<LightMyRequestResponse>;
  /** Syncs and expects it to be answered. */
  readonly mustSync: (request?: Partial<SyncRequest>) => Promise<SyncResponse>;
  /** Pushes these commands and answers their verdicts. */
  readonly push: (...commands: readonly PushedCommand[]) => Promise<SyncResponse["verdicts"]>;
}

export const protocol = { "docket-protocol": "1" };

/** 256 bits in base64url. */
export function drawToken(): string {
  return randomBytes(32).toString("base64url");
}

/** A new workspace, as its first owner. */
export async function startWorkspace(server: RunningServer, name = "Shop"): Promise<TestDevice> {
  const device = { id: newId(), name: "Office", token: drawToken() };
  const payload = { setupCode: "SETUP-CODE", name, device };
  const answer = await server.app.inject({
    method: "POST",
    url: "/v1/workspaces",
    headers: protocol,
    payload,
  });
  return testDevice(server, device, mustJoined(answer));
}

/** One more device of an owner's workspace. */
export async function joinAs(server: RunningServer, owner: TestDevice, role: Role): Promise<TestDevice> {
  const invited = await owner.ask({ method: "POST", url: "/v1/invites", payload: { role } });
  const { code } = invited.json<{ code: string }>();
  const device = { id: newId(), name: `A ${role}`, token: drawToken() };
  const payload = { code, device };
  const answer = await server.app.inject({ method: "POST", url: "/v1/devices", headers: protocol, payload });
  return testDevice(server, device, mustJoined(answer));
}

/** A device's next identity, under whatever name it asks for. */
export async function followAs(
  server: RunningServer,
  followed: TestDevice,
  name = "A follower",
): Promise<TestDevice> {
  const device = { id: newId(), name, token: drawToken() };
  const payload = { successorOf: followed.id, device };
  return testDevice(
    server,
    device,
    mustJoined(await followed.ask({ method: "POST", url: "/v1/devices", payload })),
  );
}

export function testDevice(
  { app }: Pick<RunningServer, "app">,
  { id, token }: { readonly id: string; readonly token: string },
  joined: Joined,
): TestDevice {
  const ask = (options: InjectOptions) =>
    app.inject({
      ...options,
      headers: { ...protocol, authorization: `Bearer ${token}`, ...options.headers },
    });
  const sync = (request: Partial<SyncRequest> = {}) => {
    const payload = { cursor: null, lastSeq: 0, now: someTime, commands: [], ...request };
    return ask({ method: "POST", url: "/v1/sync", payload });
  };
  const mustSync = async (request: Partial<SyncRequest> = {}) => {
    const answer = await sync(request);
    if (answer.statusCode !== 200)
      throw new Error(`expected 200, found ${answer.statusCode}: ${answer.body}`);
    return answer.json<SyncResponse>();
  };
  const push = async (...commands: readonly PushedCommand[]) =>
    (await mustSync({ commands: [...commands] })).verdicts;
  return { id, token, joined, ask, sync, mustSync, push };
}

function mustJoined(answer: LightMyRequestResponse): Joined {
  if (answer.statusCode !== 201) throw new Error(`expected 201, found ${answer.statusCode}: ${answer.body}`);
  return answer.json<Joined>();
}
