import { problem } from "../../../src/protocol/problem.ts";
import { responseOf } from "../../support/over-the-wire.ts";
import { after } from "./virtual-time.ts";

/** How a device's way to the server is, at the moment. Chances are 0..1 per request. */
export interface Link {
  up: boolean;
  loseRequest: number;
  loseAnswer: number;
  cutAnswer: number;
  twice: number;
  foreign: number;
  busy: number;
  /** How long one way takes at most, ms; some requests arrive long after their sender has given up. */
  delayMs: number;
}

export const goodLink = (): Link => ({
  up: true,
  loseRequest: 0,
  loseAnswer: 0,
  cutAnswer: 0,
  twice: 0,
  foreign: 0,
  busy: 0,
  delayMs: 80,
});

/** The client's own limit on a request. */
const timeoutMs = 60_000;

/** Sends a request over a link: it may arrive late, twice or never, and so may the answer. Counts what happens. */
export function overLink(
  link: Link,
  luck: () => number,
  count: (fault: string) => void,
  request: () => Promise<Response>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const noAnswer = () => reject(new TypeError("no answer"));
    const hit = (chance: number, fault: string) => {
      const happens = luck() < chance;
      if (happens) count(fault);
      return happens;
    };
    if (!link.up) {
      count("link-down");
      after(luck() < 0.7 ? 5 : timeoutMs, noAnswer);
      return;
    }
    after(timeoutMs, noAnswer);
    if (hit(link.foreign, "foreign-answer")) {
      after(50, () => resolve(foreignPage()));
      return;
    }
    if (hit(link.busy, "busy")) {
      const wait = luck() < 0.5 ? {} : { retryAfterMs: Math.round(luck() * 20_000) };
      after(50, () => resolve(responseOf(problem("unavailable", 503, "The server is busy", wait))));
      return;
    }
    const lost = hit(link.loseRequest, "request-lost");
    const there = Math.round(luck() * link.delayMs);
    const comeBack = (response: Response | undefined) => {
      if (hit(link.loseAnswer, "answer-lost")) return;
      const back = Math.round(luck() * link.delayMs);
      const cut = hit(link.cutAnswer, "answer-cut");
      after(back, () => {
        if (response === undefined || !link.up) noAnswer();
        else if (cut) cutInHalf(response).then(resolve, reject);
        else resolve(response);
      });
    };
    if (!lost) after(there, () => void request().then(comeBack, () => comeBack(undefined)));
    if (hit(link.twice, "request-twice"))
      after(there + Math.round(luck() * 90_000), () => void request().catch(() => {}));
  });
}

/** What a network that wants a sign-in says instead of the server. */
function foreignPage(): Response {
  return new Response("<!doctype html><title>Sign in</title>", { headers: { "content-type": "text/html" } });
}

/** The connection breaks in the middle of an answer. */
async function cutInHalf(response: Response): Promise<Response> {
  const { status, headers } = response;
  const text = await response.text();
  return new Response(text.slice(0, text.length / 2), { status, headers });
}
