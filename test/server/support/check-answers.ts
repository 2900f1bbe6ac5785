import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { type Answer, faultsOfAnswer } from "../../support/check-answer.ts";

/**
 * The same server, of which every answer is held against the OpenAPI document: those to injected requests as they come
 * (the injection throws), those over sockets when the server is stopped (the stop throws).
 */
export function checkAnswers(server: RunningServer): RunningServer {
  const { app } = server;
  const faults: string[] = [];
  const inject = app.inject.bind(app) as (options: InjectOptions | string) => Promise<LightMyRequestResponse>;
  const checkedInject = async (given: InjectOptions | string) => {
    const options = typeof given === "string" ? { url: given } : given;
    const response = await inject(options);
    const found = faultsOfAnswer(answerOfInjection(options, response));
    if (found.length > 0) throw new Error(found.join("\n"));
    return response;
  };
  app.inject = checkedInject as typeof app.inject;
  app.server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    collect(response, (body) => faults.push(...faultsOfAnswer(answerOfSocket(request, response, body))));
  });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      if (faults.length > 0) throw new Error(faults.join("\n"));
    },
  };
}

function answerOfInjection(options: InjectOptions, response: LightMyRequestResponse): Answer {
  const { url, path, method, query, payload } = options;
  const asked = typeof (url ?? path) === "string" ? (url ?? path) : "";
  if (query !== undefined) throw new Error("expected the query in the address");
  const header = (name: string) => headerText(response.headers[name]);
  return {
    method: method ?? "GET",
    url: String(asked),
    status: response.statusCode,
    header,
    body: unpacked(response.rawPayload, header("content-encoding")),
    ...(isValue(payload) ? { asked: payload } : {}),
  };
}

function answerOfSocket(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer | undefined,
): Answer {
  const header = (name: string) => headerText(response.getHeader(name) ?? sentHeader(response, name));
  return {
    method: request.method ?? "GET",
    url: request.url ?? "/",
    status: response.statusCode,
    header,
    body: body === undefined ? undefined : unpacked(body, header("content-encoding")),
  };
}

/** Calls back when the response is over, with what was written; undefined where it was cut before its end. */
function collect(response: ServerResponse, over: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  const { write, end } = response;
  const take = (chunk: unknown) => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  response.write = ((...args: Parameters<typeof write>) => {
    take(args[0]);
    return write.apply(response, args);
  }) as typeof write;
  response.end = ((...args: Parameters<typeof end>) => {
    take(args[0]);
    return end.apply(response, args);
  }) as typeof end;
  response.once("close", () => {
    if (response.headersSent) over(response.writableFinished ? Buffer.concat(chunks) : undefined);
  });
}

/** What `writeHead` was given is sent without being kept as a header that can be asked for. */
function sentHeader(response: ServerResponse, name: string): string | undefined {
  const sent = (response as unknown as { readonly _header: string | null })._header ?? "";
  return new RegExp(`^${name}: (.*)$`, "im").exec(sent)?.[1]?.trim();
}

function headerText(value: string | number | readonly string[] | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function unpacked(bytes: Buffer, encoding: string | undefined): string {
  return (encoding === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** Whether a payload is a value that is sent as JSON; bytes, texts and streams are sent as they are. */
function isValue(payload: unknown): boolean {
  return (
    typeof payload === "object" && payload !== null && Object.getPrototypeOf(payload) === Object.prototype
  );
}
