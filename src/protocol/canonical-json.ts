import canonicalize from "canonicalize";

/**
 * The one text of a JSON value (RFC 8785): what hashes and byte limits are taken of.
 * @throws TypeError for a value that JSON cannot say, such as undefined.
 */
export function canonicalJson(value: unknown): string {
  const plain = isInOrder(value) ? JSON.stringify(value) : undefined;
  // What JSON.stringify had to escape so is no text that RFC 8785 allows, or was written so: the slow way tells.
  if (plain !== undefined && !plain.includes("\\ud")) return plain;
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError(`expected a JSON value, found ${typeof value}`);
  return text;
}

/**
 * Whether `JSON.stringify` writes this value as RFC 8785 does: nothing but JSON, and the members of every object in the
 * order of their UTF-16 code units. What was canonical when it was sent is so again after it was parsed.
 */
function isInOrder(value: unknown): boolean {
  if (typeof value !== "object") return isPlain(value);
  if (value === null) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (!isInOrder(item)) return false;
    return true;
  }
  let before: string | undefined;
  for (const key in value) {
    if (before !== undefined && before >= key) return false;
    before = key;
    if (!isInOrder((value as Readonly<Record<string, unknown>>)[key])) return false;
  }
  return true;
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

/** The bytes of a text in UTF-8, without making them. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    const surrogate = code >= 0xd800 && code <= 0xdfff;
    bytes += code < 0x800 || surrogate ? 1 : 2;
  }
  return bytes;
}
