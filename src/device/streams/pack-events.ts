/**
 * Events as a segment of the log keeps them: the JSON text of an array of them in UTF-8, in which every id, hash and
 * trace is one control character, and what those were, in binary, one after the other. Hexadecimal digits are most of
 * an event, and no disk packs them. JSON text has no control characters of its own, so any value comes out as it went
 * in, whatever its members are: what does not look like an id stays as it is.
 */
export interface PackedEvents {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly ids: Uint8Array<ArrayBuffer>;
}

/** A lower-case UUID, a hash or seal, or a sampled trace: what of it is hexadecimal, in bytes, and where the rest is. */
interface Kind {
  readonly mark: string;
  readonly bytes: number;
  readonly parts: readonly number[];
  readonly before: string;
  readonly after: string;
}

const uuid: Kind = { mark: "\u0001", bytes: 16, parts: [4, 2, 2, 2, 6], before: "", after: "" };
const hash: Kind = { mark: "\u0002", bytes: 32, parts: [32], before: "", after: "" };
const trace: Kind = { mark: "\u0003", bytes: 24, parts: [16, 8], before: "00-", after: "-01" };

/**
 * An id as JSON text has it, with the quote or stroke before it, by which it is found fast. What the patterns do not
 * find stays text, so they may change without another format; what a mark stands for may not.
 */
const patterns =
  /["/](?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|00-[0-9a-f]{32}-[0-9a-f]{16}-01)(?=")/g;
const uuidLength = 36;
const hashLength = 64;

/** Packs JSON text. */
export function packText(text: string): PackedEvents {
  let ids = new Uint8Array(text.length >> 2);
  let used = 0;
  const body = text.replace(patterns, (found) => {
    const length = found.length - 1;
    const kind = length === uuidLength ? uuid : length === hashLength ? hash : trace;
    if (used + kind.bytes > ids.length) {
      const more = new Uint8Array(2 * (used + kind.bytes));
      more.set(ids);
      ids = more;
    }
    used = writeHex(ids, used, found, kind);
    return found.charAt(0) + kind.mark;
  });
  // A view would be stored with all of the bytes behind it.
  return { body: new TextEncoder().encode(body), ids: ids.slice(0, used) };
}

/** The JSON text that was packed. */
export function unpackText({ body, ids }: PackedEvents): string {
  let read = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks are control characters
  return new TextDecoder().decode(body).replace(/[\u0001-\u0003]/g, (mark) => {
    const kind = mark === uuid.mark ? uuid : mark === hash.mark ? hash : trace;
    const from = read;
    read += kind.bytes;
    return readHex(ids, from, kind);
  });
}

/** Whether an id, or the first part of a trace, may be in what was packed. True wherever it is; nothing is unpacked. */
export function mayHold({ body, ids }: PackedEvents, id: string): boolean {
  const digits = id.replaceAll("-", "");
  if (/^(?:[0-9a-f]{2})+$/.test(digits) && holdsBytes(ids, digits)) return true;
  return new TextDecoder().decode(body).includes(id);
}

function holdsBytes(bytes: Uint8Array, digits: string): boolean {
  const wanted = new Uint8Array(digits.length / 2);
  writeHex(wanted, 0, ` ${digits}`, { ...hash, parts: [wanted.length] });
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}

/** Writes the digits of an id; the first character of `text` is not one of its own. */
function writeHex(bytes: Uint8Array, from: number, text: string, { before, parts }: Kind): number {
  let at = from;
  let char = 1 + before.length;
  for (const part of parts) {
    for (const end = at + part; at < end; at += 1) {
      bytes[at] = (digitOf(text.charCodeAt(char)) << 4) | digitOf(text.charCodeAt(char + 1));
      char += 2;
    }
    char += 1;
  }
  return at;
}

function digitOf(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function readHex(bytes: Uint8Array, from: number, { before, after, parts }: Kind): string {
  let text = before;
  let at = from;
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += "-";
    for (const end = at + part; at < end; at += 1) text += hexOf[bytes[at] ?? 0];
  }
  return text + after;
}
