import { protocolHeader, protocolVersion } from "../../protocol/limits.ts";
import { type DocumentSchema, jsonSchemaOf, namedSchemas, schemaRef } from "./json-schemas.ts";
import type { Meta } from "./meta.ts";
import { type AnswerContract, problemsOf, type RouteContract } from "./route-contract.ts";

const dialect = "draft-2020-12";

/** The API as an OpenAPI 3.1 document, made of the table of routes and the schemas that parse what is asked. */
export function makeOpenApi(routes: readonly RouteContract[], { version, publicUrl }: Meta): DocumentSchema {
  const tags = [...new Set(routes.map(({ tag }) => tag))];
  return {
    openapi: "3.1.0",
    info: { title: "Docket", version, description: about },
    servers: [{ url: publicUrl ?? "/" }],
    tags: tags.map((name) => ({ name })),
    paths: pathsOf(routes),
    components: {
      securitySchemes: {
        device: {
          type: "http",
          scheme: "bearer",
          description: "The token that the device drew when it joined: 256 bits in base64url.",
        },
      },
      schemas: namedSchemas(dialect),
    },
  };
}

const about = [
  `Every request but those that answer anyone carries the header \`${protocolHeader}: ${protocolVersion}\`, and every`,
  "answer too: one without it did not come from this server. Errors are problem details (RFC 9457) with a stable `code`.",
  "Times are ISO 8601 in UTC with milliseconds, ids lower-case UUIDs. Sizes count bytes after decoding; gzip is",
  "understood in requests, and answered where it is accepted. Lengths of text are UTF-16 code units here, which JSON",
  "Schema counts by code points: for text beyond the basic plane the server's bound is the narrower one. A request may",
  "have no member that is not named here; an answer may have more than it says.",
].join(" ");

function pathsOf(routes: readonly RouteContract[]): DocumentSchema {
  const paths: Record<string, Record<string, DocumentSchema>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}

function operationOf(route: RouteContract): DocumentSchema {
  const { method, path, tag, summary, words, askedBy, body, answers } = route;
  const answered = Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)]);
  const problems = Object.entries(problemsOf(route)).map(([status, codes]) => [
    status,
    problemOf(Number(status), codes),
  ]);
  const isOwners = askedBy === "owner" ? "For owners." : undefined;
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    ...optional("description", [isOwners, words].filter((text) => text !== undefined).join(" ")),
    parameters: parametersOf(route),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: jsonSchemaOf(body, dialect) } },
          },
        }),
    responses: Object.fromEntries([...answered, ...problems]),
    security: askedBy === "device" || askedBy === "owner" ? [{ device: [] }] : [],
  };
}

/** `POST /v1/consumers/{name}/retry` as a name: `post-consumers-name-retry`. */
function operationId(method: string, path: string): string {
  const words = path.replace(/^\/v1/, "").split(/[^a-z]+/i);
  return [method.toLowerCase(), ...words.filter((word) => word !== "")].join("-");
}

function parametersOf({ askedBy, params, query, headers }: RouteContract): readonly DocumentSchema[] {
  const protocol = {
    name: protocolHeader,
    in: "header",
    required: true,
    schema: { type: "string", const: protocolVersion },
  };
  return [
    ...(askedBy === "anyone" ? [] : [protocol]),
    ...Object.entries(params ?? {}).map(([name, schema]) => ({
      name,
      in: "path",
      required: true,
      schema: jsonSchemaOf(schema, dialect),
    })),
    ...Object.entries(query?.entries ?? {}).map(([name, schema]) => ({
      name,
      in: "query",
      required: !schema.type.includes("optional"),
      schema: jsonSchemaOf(schema, dialect),
    })),
    ...Object.entries(headers ?? {}).map(([name, description]) => ({
      name,
      in: "header",
      description,
      schema: { type: "string" },
    })),
  ];
}

function answerOf({ words, type, schema, headers }: AnswerContract): DocumentSchema {
  return {
    description: words,
    headers: headersOf({ [protocolHeader]: "The protocol that the server speaks.", ...headers }),
    ...(type === undefined
      ? {}
      : { content: { [type]: schema === undefined ? {} : { schema: jsonSchemaOf(schema, dialect) } } }),
  };
}

function problemOf(status: number, codes: readonly string[]): DocumentSchema {
  const mayTellWhen = status === 429 || status === 503;
  return {
    description: codes.map((code) => `\`${code}\``).join(", "),
    headers: headersOf({
      [protocolHeader]: "The protocol that the server speaks.",
      ...(mayTellWhen ? { "retry-after": "In how many seconds to ask again, where that is known." } : {}),
    }),
    content: {
      "application/problem+json": {
        schema: {
          allOf: [schemaRef("Problem"), { properties: { status: { const: status }, code: { enum: codes } } }],
        },
      },
    },
  };
}

function headersOf(headers: Readonly<Record<string, string>>): DocumentSchema {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "string" } }]),
  );
}

function optional(name: string, text: string): DocumentSchema {
  return text === "" ? {} : { [name]: text };
}
