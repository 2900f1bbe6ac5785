import { Parser } from "@asyncapi/parser";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventSchemas } from "../../../src/protocol/event-schemas.ts";
import { routeTable } from "../../../src/server/contract/route-table.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { routesOf } from "../support/routes-of.ts";
import { startTestServer } from "../support/test-server.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

type Document = Readonly<Record<string, unknown>>;

const fetchDocument = async (name: string): Promise<Document> =>
  (await server.app.inject({ url: `/v1/${name}` })).json<Document>();

/** The document with something at a path replaced. */
function withValue(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  return { ...(value as object), [key]: withValue((value as Document)[key], rest, put) };
}

describe("the OpenAPI document", () => {
  const validate = async (document: unknown) => new Validator().validate(document as Record<string, unknown>);

  test("is one, says its standard's own validator", async () => {
    const document = await fetchDocument("openapi.json");
    expect(document).toMatchObject({ openapi: "3.1.0" });
    expect(await validate(document)).toMatchObject({ valid: true });
  });

  test.each([
    [
      "a parameter that is in neither path nor query",
      ["paths", "/v1/sync", "post", "parameters"],
      [{ name: "limit" }],
    ],
    ["an answer without words", ["paths", "/healthz", "get", "responses", "200"], { content: {} }],
    ["no version", ["openapi"], "31"],
  ])("with %s would be none", async (_what, path, put) => {
    const document = withValue(await fetchDocument("openapi.json"), path, put);
    expect(await validate(document)).toMatchObject({ valid: false });
  });

  test("has every route of the server, and none that the server has not", () => {
    const documented = routeTable.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ":$1")}`);
    expect([...documented].sort()).toEqual([...routesOf(server)].sort());
  });

  test("gives each operation a name of its own", async () => {
    const { paths } = await fetchDocument("openapi.json");
    const operations = Object.values(
      paths as Record<string, Record<string, { operationId: string }>>,
    ).flatMap((methods) => Object.values(methods));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routeTable.length);
  });
});

describe("the AsyncAPI document", () => {
  /** What its standard's own parser finds wrong. */
  const faultsOf = async (document: unknown) => {
    const { diagnostics } = await new Parser().parse(JSON.stringify(document));
    return diagnostics
      .filter(({ severity }) => severity === 0)
      .map(({ path, message }) => `${path.join(".")} ${message}`);
  };

  test("is one, says its standard's own parser", async () => {
    const document = await fetchDocument("asyncapi.json");
    expect(document).toMatchObject({ asyncapi: "3.0.0" });
    expect(await faultsOf(document)).toEqual([]);
  });

  test.each([
    [
      "a message that is nowhere",
      ["channels", "feed", "messages", "lost"],
      { $ref: "#/components/messages/lost" },
    ],
    ["an operation that does nothing", ["operations", "answerFeed", "action"], "wonder"],
    ["a schema that is none", ["components", "schemas", "order-placed.v2", "type"], "order"],
  ])("with %s would be none", async (_what, path, put) => {
    const document = withValue(await fetchDocument("asyncapi.json"), path, put);
    expect(await faultsOf(document)).not.toEqual([]);
  });

  test("has every event type at every schemaVersion, whole and as a notification", async () => {
    const { components } = await fetchDocument("asyncapi.json");
    const { messages, schemas } = components as { messages: Document; schemas: Document };
    for (const key of Object.keys(eventSchemas)) {
      const name = key.replace("@", ".v");
      expect(Object.keys(schemas)).toContain(name);
      expect(Object.keys(messages)).toEqual(expect.arrayContaining([name, `${name}.notification`]));
    }
  });
});

describe("a contract document", () => {
  test.each(["/v1/openapi.json", "/v1/asyncapi.json"])(
    "%s is given to anyone, and only once to who keeps it",
    async (url) => {
      const first = await server.app.inject({ url });
      expect(first.statusCode).toBe(200);
      expect(first.headers).toMatchObject({ "cache-control": "public, max-age=300", "docket-protocol": "1" });
      const etag = String(first.headers.etag);
      const again = await server.app.inject({ url, headers: { "if-none-match": `"other", W/${etag}` } });
      expect([again.statusCode, again.body]).toEqual([304, ""]);
      expect((await server.app.inject({ url, headers: { "if-none-match": '"other"' } })).statusCode).toBe(
        200,
      );
    },
  );

  test("says what JSON Schema cannot: a text must be well-formed, a day must exist", async () => {
    const text = JSON.stringify(await fetchDocument("openapi.json"));
    expect(text).toContain("expected well-formed text without U+0000");
    expect(text).toContain("expected a day that exists");
  });
});
