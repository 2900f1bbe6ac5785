import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { makeAsyncApi } from "../contract/asyncapi.ts";
import type { Meta } from "../contract/meta.ts";
import { makeOpenApi } from "../contract/openapi.ts";
import { routeTable } from "../contract/route-table.ts";
import { sha256Hex } from "../sha256-hex.ts";

/**
 * The contract documents, for anyone: made once, when somebody asks first, from the schemas that this build parses
 * with.
 */
export function addContractRoutes(app: FastifyInstance, meta: Meta): void {
  const documents = {
    "/v1/openapi.json": () => makeOpenApi(routeTable, meta),
    "/v1/asyncapi.json": () => makeAsyncApi(meta),
  };
  for (const [path, make] of Object.entries(documents)) {
    let kept: Kept | undefined;
    app.get(path, (request, reply) => {
      kept ??= keep(make());
      return replyKept(request, reply, kept);
    });
  }
}

interface Kept {
  readonly text: string;
  readonly etag: string;
}

function keep(document: object): Kept {
  const text = JSON.stringify(document);
  return { text, etag: `"${sha256Hex(text).slice(0, 32)}"` };
}

function replyKept(request: FastifyRequest, reply: FastifyReply, { text, etag }: Kept): FastifyReply {
  // It changes with the build only; whoever keeps it longer than this asks whether it is still the same.
  reply.header("cache-control", "public, max-age=300").header("etag", etag);
  const known = String(request.headers["if-none-match"] ?? "").split(",");
  // Packed on its way it is the same document, which a proxy may say by `W/`.
  const isKnown = known.some((tag) => tag.trim().replace(/^W\//, "") === etag);
  return isKnown ? reply.code(304).send() : reply.type("application/json").send(text);
}
