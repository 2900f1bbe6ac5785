import canonicalize from "canonicalize";

/**
 * The one text of a JSON value (RFC 8785): what hashes and byte limits are taken of.
 * @throws TypeError for a value that JSON cannot say, such as undefined.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError(`expected a JSON value, found ${typeof value}`);
  return text;
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
