import { randomInt } from "node:crypto";

/** 31 signs, none of which looks like another. */
const signs = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

/** How long an invite is good, and a setup or invite code of our own making: 12 signs, 59 bits. */
export const inviteMs = 10 * 60_000;

/** A code that can be read aloud, `ABCD-EFGH-JKMN`. */
export function drawCode(): string {
  const drawn = Array.from({ length: 12 }, () => signs[randomInt(signs.length)] ?? "").join("");
  return drawn.replace(/(.{4})(?=.)/g, "$1-");
}

/** A code as somebody typed it: small letters, spaces and dashes do not matter. */
export function normalizeCode(code: string): string {
  return code.toUpperCase().replace(/[^A-Z0-9]/g, "");
}
