import type { DeliveryFault } from "../../../protocol/subscription-messages.ts";
import type { Settlement } from "../../store/subscriptions.ts";

/** The result of a request: an answer with its status, or why there was none. `retryAfter` as the header says it. */
export type Answer =
  | { readonly outcome: "answered"; readonly status: number; readonly retryAfter: string | null }
  | {
      readonly outcome: "failed";
      readonly reason: Exclude<DeliveryFault["reason"], "status" | "redirect" | "gone">;
    };

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** How long after each failed attempt the next one follows: nine times, about 24 hours in all. */
const delaysMs = [
  5 * secondMs,
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  45 * minuteMs,
  2 * hourMs,
  4 * hourMs,
  6 * hourMs,
  10 * hourMs,
] as const;

/** How often a delivery is tried before it is given up. */
export const attemptsMax = delaysMs.length + 1;

/** A receiver may ask for no longer wait than this. */
const retryAfterMsMax = 24 * hourMs;

/**
 * What an attempt's answer means. 2xx delivers, 410 ends the subscription, everything else is tried again until it is
 * given up: also a 400, since receivers are mended by people, not by us.
 * @param attempts how many were begun, this one included.
 * @param luck 0 up to 1: spreads the next attempt over 80 % to 120 % of its delay.
 */
export function settlementOf(answer: Answer, attempts: number, luck: number, now: Date): Settlement {
  if (answer.outcome === "answered" && answer.status >= 200 && answer.status < 300)
    return { outcome: "delivered" };
  const fault = faultOfAnswer(answer);
  if (fault.reason === "gone") return { outcome: "gone", fault };
  // Ending this process is no fault of the receiver: the next one tries at once.
  if (fault.reason === "stopped") return { outcome: "retry", dueAt: now.toISOString(), fault };
  const delayMs = delaysMs[attempts - 1];
  if (delayMs === undefined) return { outcome: "dead", fault };
  const askedMs = answer.outcome === "answered" ? retryAfterMs(answer.retryAfter, now) : 0;
  const waitMs = Math.max(delayMs * (0.8 + 0.4 * luck), askedMs);
  return { outcome: "retry", dueAt: new Date(now.getTime() + Math.round(waitMs)).toISOString(), fault };
}

/** Why an answer did not deliver. */
export function faultOfAnswer(answer: Answer): DeliveryFault {
  if (answer.outcome === "failed") return { reason: answer.reason };
  const { status } = answer;
  if (status === 410) return { reason: "gone", status };
  return { reason: status >= 300 && status < 400 ? "redirect" : "status", status };
}

/** `Retry-After` as seconds or as a date (RFC 9110), bounded; 0 where it says nothing that can be read. */
function retryAfterMs(header: string | null, now: Date): number {
  if (header === null) return 0;
  const waitMs = /^\d{1,9}$/.test(header) ? Number(header) * secondMs : Date.parse(header) - now.getTime();
  return Number.isFinite(waitMs) ? Math.min(Math.max(0, waitMs), retryAfterMsMax) : 0;
}
