import { appendFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { protocolHeader, protocolVersion } from "../../src/protocol/limits.ts";
import { makeOpenApi } from "../../src/server/contract/openapi.ts";
import { routeTable } from "../../src/server/contract/route-table.ts";

/** An answer of the server as it came over HTTP. */
export interface Answer {
  readonly method: string;
  /** As it was asked for, with its query. */
  readonly url: string;
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Unpacked; undefined where it was not read to its end, as of a stream that has none. */
  readonly body: string | undefined;
  /** The body that was sent, where it is at hand as a value. */
  readonly asked?: unknown;
}

/**
 * What of an answer of the API is not as the OpenAPI document says: a route, a status or a media type that it does not
 * know, a body of another shape. Nothing where all is. The app's own files are no part of the API.
 */
export function faultsOfAnswer(answer: Answer): readonly string[] {
  const path = answer.url.split(/[?#]/, 1)[0] ?? "";
  const method = (answer.method === "HEAD" ? "GET" : answer.method).toUpperCase();
  const route = patterns.find((one) => one.method === method && one.pattern.test(path))?.path;
  if (route === undefined && !/^\/v1(\/|$)/.test(path)) return [];
  noteChecked(`${method} ${route ?? "nothing"} ${answer.status}`);
  const faults =
    answer.header(protocolHeader) === protocolVersion
      ? faultsOf(answer, route === undefined ? nothing : operationAt(route, method.toLowerCase()))
      : [`it has no header ${protocolHeader}`];
  return faults.map((fault) => `${answer.method} ${path} answered ${answer.status}: ${fault}`);
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

interface Operation {
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

/** Every route of the table as it is in the document, made of the sources that this process runs. */
const document = makeOpenApi(routeTable, { version: "0.0.0", publicUrl: null });
const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const patterns = routeTable.map(({ method, path }) => ({
  method,
  path,
  pattern: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
}));

/** What is answered where nothing is: no operation of the document, and the same for all of them. */
const problemContent = {
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};
const nothing: Operation = { responses: { 400: problemContent, 404: problemContent } };

function operationAt(path: string, method: string): Operation {
  const operation = paths[path]?.[method];
  if (operation === undefined)
    throw new Error(`expected ${method} ${path} in the document, found it in the table only`);
  return operation;
}

function faultsOf(answer: Answer, operation: Operation): readonly string[] {
  const documented = operation.responses[answer.status];
  if (documented === undefined) return [`expected one of ${Object.keys(operation.responses).join(", ")}`];
  const isTaken = answer.status < 300 && answer.asked !== undefined;
  const asked = operation.requestBody?.content?.["application/json"]?.schema;
  return [
    ...faultsOfBody(answer, documented),
    ...(isTaken && asked !== undefined ? faultsBy(asked, asSent(answer.asked), "what was asked") : []),
  ];
}

/** A value as it goes over the wire: without members that are undefined. */
function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function faultsOfBody({ method, header, body }: Answer, { content }: Content): readonly string[] {
  if (content === undefined) return body ? [`expected no body, found ${body.length} characters`] : [];
  const type = header("content-type")?.split(";", 1)[0]?.trim() ?? "none";
  const media = content[type];
  if (media === undefined) return [`expected ${Object.keys(content).join(" or ")}, found ${type}`];
  if (media.schema === undefined || body === undefined || method === "HEAD") return [];
  return faultsBy(media.schema, type.endsWith("json") ? JSON.parse(body) : body, "the body");
}

const ajv = new Ajv2020({ strict: false, allErrors: false });
formats.default(ajv);
ajv.addSchema({ $id: "openapi.json", components: document.components });
const validators = new Map<object, ValidateFunction>();

function faultsBy(schema: object, value: unknown, what: string): readonly string[] {
  const validate = validators.get(schema) ?? ajv.compile(withBase(schema));
  validators.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${what}${instancePath} ${message}`);
}

/** References of a part of the document are meant within the whole. */
function withBase(schema: object): object {
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi.json#/');
  return JSON.parse(text) as object;
}

/** Notes what was checked, so that `npm test` can tell how much it was. Without a whole run it notes nothing. */
function noteChecked(kind: string): void {
  const path = process.env.ANSWERS_FILE;
  if (path !== undefined) appendFileSync(path, `${kind}\n`);
}
