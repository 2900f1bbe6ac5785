import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { FastifyRequest } from "fastify";
import { limits } from "../../protocol/limits.ts";
import { problem } from "../../protocol/problem.ts";
import { httpProblem } from "./http-problem.ts";

const inflate = promisify(gunzip);

/**
 * A request's body as a value. The limit counts decoded bytes, and decoding stops there: a small gzip that grows to
 * gigabytes costs no more than any other body. Depth and the number of members are checked before parsing: no parser is
 * ever deep in it, and a megabyte of `0,0,0` does not become half a million values.
 * @throws HttpProblem `too-large`, `too-deep` or `malformed`; or what says that there is no room for it now.
 */
export async function readJson(
  body: Buffer,
  encoding: string | undefined,
  bytesMax: number,
  takeRoom: FastifyRequest["takeRoom"] = null,
): Promise<unknown> {
  const decoded = await decode(body, encoding, bytesMax, takeRoom);
  if (decoded.length > bytesMax) throw tooLarge(bytesMax);
  const text = findUtf8(decoded);
  if (text === undefined) throw malformed("expected UTF-8");
  const { depth, members } = measureJson(text);
  if (depth > limits.jsonDepth) {
    const detail = `expected at most ${limits.jsonDepth} levels`;
    throw httpProblem(problem("too-deep", 400, "The request's JSON is nested too deeply", { detail }));
  }
  const membersMax = Math.floor(bytesMax / limits.jsonBytesPerMember);
  if (members > membersMax) {
    const detail = `expected at most ${membersMax} members and elements`;
    throw httpProblem(problem("too-large", 413, "The request has too many parts", { detail }));
  }
  const value = findParsed(text);
  if (value === undefined) throw malformed("expected JSON");
  // Harmless here, and not for everyone who may read it later: no honest device writes such a member.
  if (mayNameProto.test(text) && hasProto(value)) throw malformed("a member may not be called __proto__");
  return value;
}

/**
 * How deep brackets nest in a JSON text, and how many commas it has; what is in strings does not count. Need not be
 * valid JSON.
 */
function measureJson(text: string): { readonly depth: number; readonly members: number } {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      for (index += 1; index < text.length && text.charCodeAt(index) !== quote; index += 1) {
        if (text.charCodeAt(index) === backslash) index += 1;
      }
    } else if (code === openBrace || code === openBracket) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === closeBrace || code === closeBracket) depth -= 1;
    else if (code === comma) members += 1;
  }
  return { depth: deepest, members };
}

const comma = 0x2c;
const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
/** Any letter of the name may be written as an escape, and all of them begin so. */
const mayNameProto = /__proto__|\\u00/i;

async function decode(
  body: Buffer,
  encoding: string | undefined,
  bytesMax: number,
  takeRoom: FastifyRequest["takeRoom"],
): Promise<Buffer> {
  if (encoding === undefined || encoding === "identity") return body;
  if (encoding !== "gzip") throw malformed("expected content-encoding: gzip, or none");
  const mustRoom = (bytes: number) => {
    const lacking = takeRoom?.(bytes);
    if (lacking !== undefined) throw httpProblem(lacking);
  };
  const said = Math.min(bytesMax, saidLength(body));
  mustRoom(said - body.length);
  const decoded = await inflated(body, said);
  if (decoded !== undefined) return decoded;
  if (said === bytesMax) throw tooLarge(bytesMax);
  // It is longer than its last bytes say, so it has several parts: allow the largest size.
  mustRoom(bytesMax - said);
  const longer = await inflated(body, bytesMax);
  if (longer === undefined) throw tooLarge(bytesMax);
  return longer;
}

/** Decoded, up to so many bytes; undefined where there are more. */
async function inflated(body: Buffer, bytesMax: number): Promise<Buffer | undefined> {
  try {
    return await inflate(body, { maxOutputLength: Math.max(1, bytesMax) });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") return undefined;
    throw malformed("expected a body in gzip");
  }
}

/** The last four bytes of a gzip say how long its last part is, decoded (RFC 1952: ISIZE). */
function saidLength(body: Buffer): number {
  return body.length < 4 ? 0 : body.readUInt32LE(body.length - 4);
}

function findUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** JSON has no undefined: it stands for a text that is none. */
function findParsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasProto(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Object.hasOwn(value, "__proto__")) return true;
  return Object.values(value).some(hasProto);
}

function tooLarge(bytesMax: number): Error {
  const detail = `expected at most ${bytesMax} bytes after decoding`;
  return httpProblem(problem("too-large", 413, "The request is too large", { detail }));
}

function malformed(detail: string): Error {
  return httpProblem(problem("malformed", 400, "The request cannot be read", { detail }));
}
