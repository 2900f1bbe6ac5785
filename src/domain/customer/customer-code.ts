import { normalizeSku } from "../stream-key.ts";

/** A customer's code as people compare codes: "alfki" is "ALFKI". Another accent is another code. */
export function customerCodeKey(code: string): string {
  return normalizeSku(code);
}
