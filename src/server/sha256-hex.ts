import { createHash } from "node:crypto";

/** SHA-256 in hex: all that the server keeps of tokens and codes. */
export function sha256Hex(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
