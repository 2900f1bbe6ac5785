/** Letters and digits that are not mistaken for one another when read aloud or off paper. */
const clearLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** A self-drawn code in clear letters. */
export function randomCode(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return [...bytes].map((byte) => clearLetters[byte % clearLetters.length]).join("");
}

/** A token of 256 bits in base64url without padding. */
export function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The start of a W3C trace: every command begins one. */
export function randomTraceparent(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}
