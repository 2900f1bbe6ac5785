import * as v from "valibot";
import { limits, protocolHeader, protocolVersion } from "../../src/protocol/limits.ts";
import { type Problem, type ProblemCode, problem, problemSchema } from "../../src/protocol/problem.ts";
import { problemsOf, type RouteContract } from "../../src/server/contract/route-contract.ts";
import { routeTable } from "../../src/server/contract/route-table.ts";
import type { Tokens } from "../../src/server/http/authenticate.ts";
import { findHttpProblem } from "../../src/server/http/http-problem.ts";
import { parseBody } from "../../src/server/http/parse-body.ts";
import { readJson } from "../../src/server/http/read-json.ts";
import type { TokenOwner } from "../../src/server/store/store.ts";

/** One request as a handler gets it: parsed by the schemas that its route says. */
interface Asked<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  /** What is in the braces of its path. */
  readonly params: Readonly<Record<string, string>>;
  /** Who asks, or why nobody: what a device's route has checked before. */
  readonly caller: TokenOwner | Problem;
}

/** What a route says: JSON text, a value, or a problem. */
type Said = string | object;

/** A route of a virtual server. It is in the route table of the real one, with the same schemas. */
export interface WireRoute {
  readonly contract: RouteContract;
  readonly bytesMax: number;
  readonly handle: (asked: Asked<never, never>) => Promise<Said>;
}

type Parsed<Schema> = Schema extends v.GenericSchema ? v.InferOutput<Schema> : undefined;

/**
 * A route of a virtual server: what is asked comes in by the schemas of the real route, which are named here again for
 * their types.
 * @throws Error where the real server has no such route, or another schema on it.
 */
export function wireRoute<
  const Body extends v.GenericSchema | undefined = undefined,
  const Query extends v.GenericSchema | undefined = undefined,
>(
  method: RouteContract["method"],
  path: string,
  schemas: { readonly body?: Body; readonly query?: Query; readonly bytesMax?: number },
  handle: (asked: Asked<Parsed<Body>, Parsed<Query>>) => Promise<Said>,
): WireRoute {
  const contract = routeTable.find((route) => route.method === method && route.path === path);
  if (contract === undefined) throw new Error(`expected ${method} ${path} among the routes of the server`);
  if (contract.body !== schemas.body || contract.query !== (schemas.query as RouteContract["query"]))
    throw new Error(`expected the schemas that ${method} ${path} has in the route table`);
  return { contract, handle, bytesMax: schemas.bytesMax ?? limits.requestBytes };
}

/**
 * A `fetch` that leads to routes of this process instead of over a network: the real `call` asks through it, and what
 * is asked and answered is text, parsed strictly on the way in and held against the route's own schema on the way out,
 * as the real server does. `fault` hears of what no honest device and server say to each other: a request that is
 * refused as malformed, an answer that is not as the contract says. What a handler throws, `fetch` rejects with.
 */
export function overTheWire(
  routes: readonly WireRoute[],
  tokens: Pick<Tokens, "authenticate">,
  fault: (words: string) => void,
): typeof fetch {
  return async (address, init = {}) => {
    const { pathname, searchParams } = new URL(String(address));
    const method = init.method ?? "GET";
    const route = routes.find(
      ({ contract }) => contract.method === method && paramsOf(contract, pathname) !== undefined,
    );
    if (route === undefined) throw new Error(`expected a route for ${method} ${pathname}, found none`);
    const params = paramsOf(route.contract, pathname) ?? {};
    const asked = { headers: new Headers(init.headers), sent: init.body, query: searchParams, params };
    const said = await answerOf(route, asked, tokens);
    for (const words of faultsOf(route.contract, said)) fault(`${method} ${pathname}: ${words}`);
    return written(said);
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly problem?: Problem;
}

interface Sent {
  readonly headers: Headers;
  readonly sent: RequestInit["body"];
  readonly query: URLSearchParams;
  readonly params: Readonly<Record<string, string>>;
}

/** What is in an address where its route has braces; undefined where it is another route's. */
function paramsOf({ path }: RouteContract, pathname: string): Readonly<Record<string, string>> | undefined {
  const [names, values] = [path.split("/"), pathname.split("/")];
  const isParam = (name: string) => name.startsWith("{");
  if (names.length !== values.length) return undefined;
  if (!names.every((name, index) => isParam(name) || name === values[index])) return undefined;
  return Object.fromEntries(
    names.flatMap((name, index) => (isParam(name) ? [[name.slice(1, -1), values[index] ?? ""]] : [])),
  );
}

async function answerOf(
  { contract, handle, bytesMax }: WireRoute,
  { headers, sent, query, params }: Sent,
  tokens: Pick<Tokens, "authenticate">,
): Promise<Answer> {
  try {
    const { askedBy } = contract;
    if (askedBy !== "anyone" && headers.get(protocolHeader) !== protocolVersion)
      return refusal(unsupportedProtocol);
    const caller = await tokens.authenticate(headers.get("authorization") ?? undefined, mayAlwaysLook);
    if ((askedBy === "device" || askedBy === "owner") && "code" in caller) return refusal(caller);
    const asked = {
      caller,
      params,
      body: contract.body && parseBody(contract.body, await bodyOf(sent, headers, bytesMax)),
      query: contract.query && parseBody(schemaOf(contract.query), Object.fromEntries(query)),
    };
    const said = await handle(asked as unknown as Asked<never, never>);
    if (typeof said === "string") return { status: successOf(contract), text: said };
    if (v.is(problemSchema, said)) return refusal(said);
    return { status: successOf(contract), text: JSON.stringify(said) };
  } catch (error) {
    const known = findHttpProblem(error);
    if (known === undefined) throw error;
    return refusal(known);
  }
}

/** What was sent, as the real server reads it: unpacked, measured, parsed. */
function bodyOf(sent: RequestInit["body"], headers: Headers, bytesMax: number): Promise<unknown> {
  const bytes = sent instanceof ArrayBuffer ? Buffer.from(sent) : Buffer.from(String(sent ?? ""));
  return readJson(bytes, headers.get("content-encoding") ?? undefined, bytesMax);
}

/** A query of the table is a schema of its own. */
function schemaOf(query: NonNullable<RouteContract["query"]>): v.GenericSchema {
  return query as unknown as v.GenericSchema;
}

function successOf({ answers }: RouteContract): number {
  return Number(Object.keys(answers)[0]);
}

function refusal(refused: Problem): Answer {
  return { status: refused.status, text: JSON.stringify(refused), problem: refused };
}

/** Nobody guesses here. */
const mayAlwaysLook = { mayLook: async () => undefined, found: () => {} };

const unsupportedProtocol = problem("unsupported-protocol", 400, "This server speaks another version");

/** A request that no device of ours makes, and an answer that is not as the contract says. */
function faultsOf(contract: RouteContract, { status, text, problem: refused }: Answer): readonly string[] {
  if (refused !== undefined) {
    const known: readonly ProblemCode[] = problemsOf(contract)[status] ?? [];
    const isKnown = known.some((code) => code === refused.code);
    return isKnown && !neverAsked.has(refused.code) ? [] : [`answered ${text}`];
  }
  const schema = contract.answers[status]?.schema;
  const parsed = schema === undefined ? undefined : v.safeParse(schema, JSON.parse(text));
  const issue = parsed?.issues?.[0];
  return issue === undefined
    ? []
    : [`answered what is not as it says: ${v.getDotPath(issue)} ${issue.message}`];
}

const neverAsked: ReadonlySet<string> = new Set([
  "malformed",
  "too-large",
  "too-deep",
  "unsupported-protocol",
]);

/** An answer that a test makes up, as a device gets one: written as text, and read by the schema that it is read by. */
export function madeUp<Schema extends v.GenericSchema>(
  schema: Schema,
  value: v.InferInput<Schema>,
): v.InferOutput<Schema> {
  return v.parse(schema, JSON.parse(JSON.stringify(value)));
}

/** A problem as the real server answers it. */
export function responseOf(refused: Problem): Response {
  return written(refusal(refused));
}

function written({ status, text, problem: refused }: Answer): Response {
  const headers = new Headers({
    [protocolHeader]: protocolVersion,
    "content-type": refused === undefined ? "application/json" : "application/problem+json",
  });
  if (refused?.retryAfterMs !== undefined)
    headers.set("retry-after", String(Math.ceil(refused.retryAfterMs / 1_000)));
  return new Response(text, { status, headers });
}
