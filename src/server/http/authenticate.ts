import type { Problem } from "../../protocol/problem.ts";
import { sha256Hex } from "../sha256-hex.ts";
import type { Store, TokenOwner } from "../store/store.ts";
import { unauthenticated, unknownToken } from "../sync/access.ts";
import { makeMostRecent } from "./most-recent.ts";
import type { StrangersDoor } from "./strangers-door.ts";

/** What guards the look-up of a token, and hears when the token was a device's. */
export interface LookGuard {
  readonly mayLook: () => Promise<Problem | undefined>;
  readonly found: () => void;
}

/** Whose tokens are whose, as far as this process remembers and the database knows. */
export interface Tokens {
  /**
   * Who asks, by the token of the request: not yet whether it may (its row says so, inside the transaction). `mayLook`
   * is asked only before a token that this process knows nothing of is looked up, and answers why it is not; `found`
   * hears that it was a device's.
   */
  readonly authenticate: (
    authorization: string | undefined,
    guard: LookGuard,
  ) => Promise<TokenOwner | Problem>;
  /** A device has joined with this token: it is no longer unknown. */
  readonly joined: (token: string) => void;
}

/**
 * Tells a caller by its token's hash. Which device a token belongs to never changes, so it is remembered: a known
 * device costs nothing, and no stranger is in its way. That a token is nobody's is remembered for a short while, in
 * which it can become somebody's only at another node.
 */
export function makeTokens(store: Pick<Store, "findToken">, door: StrangersDoor): Tokens {
  const known = makeMostRecent<TokenOwner>(50_000);
  const nobodys = makeMostRecent<true>(10_000, nobodysMs);
  const looking = new Map<string, Promise<TokenOwner | undefined>>();
  const look = (hash: string) => {
    const running = looking.get(hash);
    if (running !== undefined) return running;
    const started = door(() => store.findToken(hash)).finally(() => looking.delete(hash));
    looking.set(hash, started);
    return started;
  };
  const authenticate: Tokens["authenticate"] = async (authorization, { mayLook, found }) => {
    const token = findToken(authorization);
    if (token === undefined) return unauthenticated;
    const hash = sha256Hex(token);
    const remembered = known.get(hash);
    if (remembered !== undefined) return remembered;
    if (nobodys.has(hash)) return unknownToken;
    const refused = await mayLook();
    if (refused !== undefined) return refused;
    const owner = await look(hash);
    if (owner === undefined) {
      nobodys.set(hash, true);
      return unknownToken;
    }
    known.set(hash, owner);
    found();
    return owner;
  };
  return { authenticate, joined: (token) => void nobodys.delete(sha256Hex(token)) };
}

const nobodysMs = 5_000;

function findToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(authorization ?? "")?.[1];
}
