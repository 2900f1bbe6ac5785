/** A code as it was typed or pasted; `server` is the origin of the link that it was in, `""` of a broken one. */
export interface ReadCode {
  readonly code: string;
  readonly server?: string;
}

/** How many letters and figures an invite's code has at least. */
const signsMin = 12;

/**
 * Reads a code, alone or in a link (`https://host/join#CODE`), with whatever a mail or a keyboard has made of it:
 * spaces, line breaks, words around it. In an app on the home screen pasting is the only way to follow a link.
 */
export function readCode(text: string): ReadCode {
  const begin = text.search(/https?:\/\//i);
  if (begin < 0) return { code: text.trim() };
  const [address = "", ...after] = text.slice(begin).split("#");
  const server = originOf(after.length === 0 ? (address.split(/\s/)[0] ?? "") : address.replace(/\s/g, ""));
  let code = "";
  for (const part of after.join("#").trim().split(/\s+/)) {
    // A line break in the middle of a code goes on with the next word; what comes after a whole one is other text.
    if (code.replace(/[^a-z0-9]/gi, "").length >= signsMin) break;
    code += part;
  }
  return { code: decoded(code).replace(/[^\w-]+$/, ""), server };
}

function originOf(address: string): string {
  try {
    return new URL(address).origin;
  } catch {
    return "";
  }
}

function decoded(code: string): string {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}
