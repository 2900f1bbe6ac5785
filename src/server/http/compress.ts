import { Readable } from "node:stream";
import { promisify } from "node:util";
import { createGzip, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

const deflate = promisify(gzip);

/**
 * Compresses an answer for those who accept gzip: text of more than a network packet, and files of text. Level 1 for
 * answers, which are read once; the default for files, which are kept.
 */
export async function compress(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (!isCompressible(reply.getHeader("content-type"))) return payload;
  reply.header("vary", "accept-encoding");
  if (!acceptsGzip(request.headers["accept-encoding"]) || reply.hasHeader("content-encoding")) return payload;
  if (reply.statusCode === 206 || reply.statusCode === 304 || request.method === "HEAD") return payload;
  if (payload instanceof Readable) {
    reply.removeHeader("content-length");
    reply.header("content-encoding", "gzip");
    const packed = createGzip();
    payload.on("error", (error) => packed.destroy(error));
    return payload.pipe(packed);
  }
  if ((typeof payload !== "string" && !Buffer.isBuffer(payload)) || payload.length < smallBytes)
    return payload;
  reply.removeHeader("content-length");
  reply.header("content-encoding", "gzip");
  return deflate(payload, { level: 1 });
}

/** Smaller texts fit in one packet anyway. */
const smallBytes = 1_400;

function isCompressible(type: unknown): boolean {
  return (
    typeof type === "string" &&
    /^(text\/(?!event-stream)|application\/(json|problem\+json|cloudevents-batch\+json|javascript|manifest\+json|wasm)|image\/svg)/.test(
      type,
    )
  );
}

function acceptsGzip(accepted: string | string[] | undefined): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(accepted ?? ""));
}
