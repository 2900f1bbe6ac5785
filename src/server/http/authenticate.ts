import { LRUCache } from "lru-cache";
import type { Problem } from "../../protocol/problem.ts";
import { sha256Hex } from "../sha256-hex.ts";
import type { Store, TokenOwner } from "../store/store.ts";
import { unauthenticated, unknownToken } from "../sync/access.ts";

/** Who asks, by the token of the request: not yet whether it may (its row says so, inside the transaction). */
export type Authenticate = (authorization: string | undefined) => Promise<TokenOwner | Problem>;

/** Tells a caller by its token's hash. Which device a token belongs to never changes, so it is remembered. */
export function makeAuthenticate(store: Store): Authenticate {
  const known = new LRUCache<string, TokenOwner>({ max: 10_000 });
  return async (authorization) => {
    const token = findToken(authorization);
    if (token === undefined) return unauthenticated;
    const hash = sha256Hex(token);
    const owner = known.get(hash) ?? (await store.findToken(hash));
    if (owner === undefined) return unknownToken;
    known.set(hash, owner);
    return owner;
  };
}

function findToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(authorization ?? "")?.[1];
}
