import type { Between, SyncTrouble } from "../../device/storage/sync-status.ts";

/** An answer without the protocol's header: what can be told of it from outside. */
export interface StrangeAnswer {
  /** HTTP status; 0 for a redirect that the browser does not show. */
  readonly status: number;
  readonly isRedirect: boolean;
  /** Whether its body is a page for people. */
  readonly isPage: boolean;
}

/** Why a request did not reach our server. */
export interface Stranger {
  readonly trouble: Extract<SyncTrouble, "unreachable" | "server-busy" | "not-our-server">;
  readonly between?: Between;
}

/** What the answer alone shows; undefined where only a look at the server can tell. */
export function tellAtOnce({ status }: StrangeAnswer): Stranger | undefined {
  switch (status) {
    case 413:
      return { trouble: "not-our-server", between: "too-large" };
    case 511:
      return { trouble: "not-our-server", between: "captive-portal" };
    // A proxy is there, and the server behind it is not, or has no room.
    case 429:
    case 503:
      return { trouble: "server-busy" };
    case 502:
    case 504:
    case 521:
    case 522:
    case 523:
      return { trouble: "unreachable" };
    default:
      return undefined;
  }
}

/**
 * What is in between, where a plain look (`GET /v1/meta`) got no answer of our server either: `look` is what it got.
 * The sign-in of a Wi-Fi cannot answer for an HTTPS address, so there a page or a redirect is a sign-in in front of the
 * server.
 */
export function tellByLook(look: StrangeAnswer, isHttps: boolean): Stranger {
  const atOnce = tellAtOnce(look);
  if (atOnce !== undefined) return atOnce;
  const { status, isRedirect, isPage } = look;
  const leadsToPage = isRedirect || (isPage && status >= 200 && status < 300);
  if (leadsToPage) return { trouble: "not-our-server", between: isHttps ? "sign-in" : "captive-portal" };
  if (status === 401 || status === 407) return { trouble: "not-our-server", between: "sign-in" };
  // A sign-in often shows its page with 403; a firewall that lets nothing through says it without one.
  if (status === 403) return { trouble: "not-our-server", between: isPage ? "sign-in" : "refuses" };
  return { trouble: "not-our-server", between: "other-server" };
}
