import type { SyncStatus, SyncTrouble } from "../../device/storage/sync-status.ts";
import type { Format } from "../words/format.ts";
import { syncTroubleWords, syncWords } from "../words/sync-words.ts";

/** What the bar is made from. `online` is only ever believed when it says no. */
export interface SyncFacts {
  readonly status: SyncStatus | undefined;
  readonly waiting: { readonly pending: number; readonly held: number; readonly parked: number };
  readonly joined: boolean;
  readonly online: boolean;
  /** For how long, in ms, what waits has not been sent, and nothing says why. */
  readonly stalledMs?: number;
  /** Whether the browser deletes what waits after seven days without a visit: a tab of Safari. */
  readonly forgets?: boolean;
}

/** One line about sync: what the state is, what to do about it, and where. */
export interface SyncSummary {
  readonly tone: "plain" | "good" | "wait" | "bad";
  readonly icon: "here" | "sent" | "sync" | "wait" | "offline" | "warning";
  readonly text: string;
  readonly detail: string;
  readonly href: string;
}

const needsAPerson: readonly SyncTrouble[] = ["revoked", "unknown-token", "device-cloned", "storage"];
const passes: readonly SyncTrouble[] = ["unreachable", "server-busy"];

/**
 * Says what the state of sync is, worst news first, and never more than is known: "All sent" only with nothing waiting
 * and an answer of the server to go by.
 */
export function syncSummary(facts: SyncFacts, format: Format): SyncSummary {
  const { status, waiting, joined } = facts;
  const { pending, held, parked } = waiting;
  const trouble = status?.trouble;
  const outbox = { href: "/outbox" };
  const waitingText =
    pending > 0 ? syncWords.waiting(pending, format.number(pending)) : syncWords.nothingWaiting;
  if (trouble === "storage") return troubled({ trouble }, "/settings");
  // Access that is lost stops everything: it is said before what can be decided later.
  if (joined && trouble !== undefined && needsAPerson.includes(trouble)) {
    const summary = troubled({ trouble }, "/outbox");
    return pending > 0 ? { ...summary, detail: `${waitingText} · ${summary.detail}` } : summary;
  }
  if (joined && facts.stalledMs !== undefined && facts.online && pending > 0) {
    const text = syncWords.notSentFor(format.number(Math.floor(facts.stalledMs / 60_000)));
    return { tone: "bad", icon: "warning", text, detail: syncWords.why, ...outbox };
  }
  const isOffline = joined && (!facts.online || trouble === "unreachable");
  if (parked > 0) {
    const text = syncWords.needsYou(format.number(parked));
    const others = isOffline ? syncWords.offline(waitingText) : pending > 0 ? waitingText : syncWords.decide;
    return { tone: "bad", icon: "warning", text, detail: others, ...outbox };
  }
  if (!joined) {
    return {
      tone: "plain",
      icon: "here",
      text: syncWords.savedHere,
      detail: syncWords.notConnected,
      href: "/settings",
    };
  }
  if (trouble !== undefined && !passes.includes(trouble))
    return troubled({ trouble, between: status?.between }, "/outbox");
  if (held > 0) {
    const text = syncWords.held(format.number(held));
    return { tone: "wait", icon: "wait", text, detail: syncWords.why, ...outbox };
  }
  if (isOffline) {
    const later = facts.forgets === true ? syncWords.sentWithinDays : syncWords.sentLater;
    const detail = pending > 0 ? later : syncWords.savedHere;
    return { tone: "wait", icon: "offline", text: syncWords.offline(waitingText), detail, ...outbox };
  }
  if (trouble === "server-busy") {
    return {
      tone: "wait",
      icon: "wait",
      text: waitingText,
      detail: syncTroubleWords({ trouble }).short,
      ...outbox,
    };
  }
  return flowing(facts, waitingText, format);
}

/** No trouble: something is moving, waits for its turn, or everything is there. */
function flowing(facts: SyncFacts, waitingText: string, format: Format): SyncSummary {
  const { status, waiting } = facts;
  const saved = { detail: syncWords.savedHere, href: "/outbox" };
  if (status?.phase === "syncing" && status.beginning !== undefined) {
    const { done, total } = status.beginning;
    const text = syncWords.receiving(format.number(done), format.number(total));
    return { tone: "plain", icon: "sync", text, ...saved };
  }
  if (status !== undefined && status.phase === "syncing" && status.head > status.position) {
    const text = syncWords.receiving(format.number(status.position), format.number(status.head));
    return { tone: "plain", icon: "sync", text, ...saved };
  }
  if (waiting.pending > 0) {
    const sending = status?.phase === "syncing";
    const text = sending ? syncWords.sending(format.number(waiting.pending)) : waitingText;
    return { tone: "plain", icon: sending ? "sync" : "wait", text, ...saved };
  }
  if (status?.lastSuccessAt === undefined) {
    return { tone: "plain", icon: "sync", text: syncWords.connecting, ...saved };
  }
  return {
    tone: "good",
    icon: "sent",
    text: syncWords.allSent(format.time(status.lastSuccessAt)),
    ...saved,
    detail: "",
  };
}

function troubled(told: Parameters<typeof syncTroubleWords>[0], href: string): SyncSummary {
  const { short, action } = syncTroubleWords(told);
  return {
    tone: needsAPerson.includes(told.trouble) ? "bad" : "wait",
    icon: "warning",
    text: short,
    detail: action,
    href,
  };
}
