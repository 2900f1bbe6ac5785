import type { FastifyInstance } from "fastify";
import { fastify } from "fastify";
import { describe, expect, test } from "vitest";
import { stateEvent } from "../../../src/protocol/cloud-events.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { type Answer, faultsOfAnswer } from "../../support/check-answer.ts";
import { checkAnswers } from "../support/check-answers.ts";
import { someTime } from "../support/commands.ts";
import { startTestServer, startWorkspace } from "../support/test-server.ts";

/** An answer as it should be: nobody has found anything wrong, and nothing is asked for. */
function anAnswer(
  change: Partial<Answer> & { readonly headers?: Readonly<Record<string, string>> } = {},
): Answer {
  const headers: Readonly<Record<string, string>> = {
    "docket-protocol": "1",
    "content-type": "application/json; charset=utf-8",
    ...change.headers,
  };
  return {
    method: "GET",
    url: "/v1/consistency?at=7",
    status: 200,
    header: (name) => headers[name],
    body: JSON.stringify({ at: 7, head: 7, reached: true, consumers: [] }),
    ...change,
  };
}

/** The event that an order was shipped, as other services get it, with this data. */
function shipped(data: unknown) {
  const event = {
    position: 1,
    id: newId(),
    stream: `order/${newId()}`,
    version: 1,
    type: "order-shipped",
    schemaVersion: 1,
    data,
    at: someTime,
    recordedAt: someTime,
    clockOffsetMs: 0,
    device: newId(),
    seq: 1,
    command: newId(),
    actor: "Ada",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  };
  return stateEvent(event, { workspace: newId(), publicUrl: null });
}

const problemType = { "content-type": "application/problem+json" };
const aProblem = (status: number, code: string) =>
  JSON.stringify({ type: `urn:docket:problem:${code}`, title: "No", status, code });

describe("an answer is held against the OpenAPI document", () => {
  test("and nothing is found where it is as documented", () => {
    expect(faultsOfAnswer(anAnswer())).toEqual([]);
    const changed = { status: 409, headers: problemType, body: aProblem(409, "history-changed") };
    expect(faultsOfAnswer(anAnswer(changed))).toEqual([]);
    expect(
      faultsOfAnswer(
        anAnswer({ url: "/v1/nothing", ...changed, status: 404, body: aProblem(404, "not-found") }),
      ),
    ).toEqual([]);
    expect(faultsOfAnswer(anAnswer({ url: "/orders/7", status: 418, body: "the app's" }))).toEqual([]);
  });

  test.each<[string, Parameters<typeof anAnswer>[0], string]>([
    ["a status that no operation has", { status: 202 }, "expected one of 200"],
    ["a route that is not documented", { url: "/v1/undocumented" }, "expected one of 400, 404"],
    ["a method that is not documented", { method: "PUT" }, "expected one of 400, 404"],
    ["another media type", { headers: { "content-type": "text/html" } }, "found text/html"],
    ["a body that lacks a member", { body: "{}" }, "must have required property 'at'"],
    [
      "a member of another type",
      { body: '{"at":"7","head":7,"reached":true,"consumers":[]}' },
      "/at must be integer",
    ],
    [
      "a problem of another kind",
      { status: 409, headers: problemType, body: aProblem(409, "wrong-code") },
      "/code must be",
    ],
    [
      "a problem of another status",
      { status: 409, headers: problemType, body: aProblem(400, "history-changed") },
      "/status must be",
    ],
    [
      "no sign that it comes from our server",
      { headers: { "docket-protocol": "" } },
      "no header docket-protocol",
    ],
    ["a body where none is said to be", { url: "/v1/openapi.json", status: 304 }, "expected no body"],
    [
      "data of an event that is not of its shape",
      {
        url: "/v1/events",
        headers: { "content-type": "application/cloudevents-batch+json" },
        body: JSON.stringify([shipped({ shippedOn: 7 })]),
      },
      "the body/0/data/shippedOn",
    ],
  ])("%s is found", (_what, change, fault) => {
    expect(faultsOfAnswer(anAnswer(change)).join("\n")).toContain(fault);
  });

  test("a request that was taken, although the document would refuse it, is found", () => {
    const retried = { method: "POST", url: "/v1/consumers/inventory/retry", body: '{"outcome":"nothing"}' };
    expect(faultsOfAnswer(anAnswer({ ...retried, asked: { stream: "order/x" } }))).toEqual([]);
    expect(faultsOfAnswer(anAnswer({ ...retried, asked: { stream: 7 } })).join()).toContain(
      "what was asked/stream",
    );
  });
});

describe("every test server's answers are", () => {
  /** A server that answers what no document says. */
  async function aStrayServer(): Promise<{ server: RunningServer; app: FastifyInstance }> {
    const app = fastify();
    app.get("/v1/meta", async (_request, reply) =>
      reply.header("docket-protocol", "1").send({ product: "another" }),
    );
    await app.listen({ port: 0, host: "127.0.0.1" });
    const server = { app, stop: () => app.close() } as unknown as RunningServer;
    return { server: checkAnswers(server), app };
  }

  test("to an injected request at once", async () => {
    const { server } = await aStrayServer();
    await expect(server.app.inject({ url: "/v1/meta" })).rejects.toThrow(
      "GET /v1/meta answered 200: the body",
    );
    await server.stop();
  });

  test("over a socket when the server stops", async () => {
    const { server, app } = await aStrayServer();
    const address = app.server.address();
    if (typeof address !== "object" || address === null) throw new Error("expected a port");
    await (await fetch(`http://127.0.0.1:${address.port}/v1/meta`)).text();
    await expect(server.stop()).rejects.toThrow("GET /v1/meta answered 200: the body");
  });

  test("packed ones too, and streams by their head", async () => {
    const server = await startTestServer();
    const owner = await startWorkspace(server);
    const headers = { "docket-protocol": "1", authorization: `Bearer ${owner.token}` };
    expect((await fetch(`${server.url}/v1/openapi.json`)).headers.get("content-encoding")).toBe("gzip");
    const live = await fetch(`${server.url}/v1/live`, { headers });
    await live.body?.cancel();
    await server.stop();
  });
});
