import type { Identity } from "../../device/storage/rows.ts";

/** Where an identity has joined, and its token. */
export function mustJoined({ joined }: Identity): { readonly origin: string; readonly token: string } {
  if (joined === undefined) throw new Error("expected a device that has joined a server");
  return { origin: joined.origin, token: joined.token };
}
