import type { Device } from "../../device/storage/device.ts";
import { drawSuccessor, takeIdentity } from "../../device/storage/identity.ts";
import { mustMeta, readBooks } from "../../device/storage/meta.ts";
import type { Identity, OutboxRow } from "../../device/storage/rows.ts";
import { rethrowUnlessStorage } from "../../device/storage/storage-fault.ts";
import type { Between, SyncTrouble } from "../../device/storage/sync-status.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import type { HandOverRequest, HandOverResponse } from "../../protocol/hand-over-messages.ts";
import type { Joined } from "../../protocol/joining-messages.ts";
import type { Problem } from "../../protocol/problem.ts";
import type { SyncRequest, SyncResponse } from "../../protocol/sync-messages.ts";
import type { Reply } from "../calls/transport.ts";
import { applyAnswer } from "./apply-answer.ts";
import { type BeginPorts, type Begun, fetchStates } from "./begin.ts";
import { giveBackNext, type HealPorts, healHistory } from "./heal.ts";
import type { Notes } from "./notes.ts";
import { leftToSend, type Outgoing, type SentCommand, takeOutgoing, type Wanted } from "./outgoing.ts";
import { verifyPage } from "./verify-page.ts";

/** What an exchange needs of the world. `post` sends a request for an identity; tests bring their own. */
export interface ExchangePorts extends HealPorts, BeginPorts {
  readonly post: (identity: Identity, request: SyncRequest) => Promise<Reply<SyncResponse>>;
  /** Asks for an identity that follows this one: another device uses it, or has used it further. */
  readonly askSuccessor: (identity: Identity, drawn: Successor) => Promise<Reply<Joined>>;
  /** Brings what other devices wrote. */
  readonly handOver: (identity: Identity, request: HandOverRequest) => Promise<Reply<HandOverResponse>>;
  readonly nowMs: () => number;
}

/** An identity that was drawn to follow another. */
export interface Successor {
  readonly id: string;
  readonly token: string;
}

/**
 * Its outcome. `again`: there is more to fetch or to send; `soon`: only such as was saved since it began. `sent` are the
 * ids of what went, `lastSeq` is the last command that there was when it began.
 */
export type Exchanged =
  | {
      readonly outcome: "passed";
      readonly again: boolean;
      readonly soon?: boolean;
      readonly sent: readonly string[];
      readonly lastSeq?: number;
    }
  | {
      readonly outcome: "failed";
      readonly trouble: SyncTrouble;
      readonly between?: Between;
      readonly sent: readonly string[];
      readonly retryAfterMs?: number;
    }
  /** Another context leads now: this one has nothing more to say. */
  | { readonly outcome: "robbed" };

/**
 * One exchange with the server: takes what may go, sends it, verifies and records the answer. `notes` are written along
 * with what it writes.
 */
export async function exchangeOnce(
  device: Device,
  ports: ExchangePorts,
  wanted: Wanted,
  notes?: Pick<Notes, "taking" | "passing">,
): Promise<Exchanged> {
  try {
    const begun = await fetchFirstStates(device, ports, wanted.fence);
    if (begun !== "nothing") return begun;
    const outgoing = await takeOutgoing(device, ports.nowMs(), wanted, notes?.taking);
    if (outgoing === "robbed") return { outcome: "robbed" };
    const { identity, request, from } = outgoing;
    const sent = outgoing.sent.map(({ id }) => id);
    const handed = await handOver(outgoing, ports);
    const startedMs = ports.nowMs();
    const reply = handed.outcome === "answered" ? await ports.post(identity, request) : handed;
    const isCloned = reply.outcome === "problem" && reply.problem.code === "device-cloned";
    if (isCloned || (reply.outcome === "answered" && reply.body.knownSeq > request.lastSeq))
      return await takeSuccessor(device, ports, identity, wanted.fence);
    if (reply.outcome === "problem" && reply.problem.code === "history-changed")
      return await heal(device, ports, identity, { fence: wanted.fence, from });
    if (reply.outcome !== "answered") return failed(reply, sent);
    const recorded = await record(device, ports, {
      fence: wanted.fence,
      from,
      sent: outgoing.sent,
      suspects: wanted.suspects,
      lastSeq: request.lastSeq,
      startedMs,
      response: withVerdicts(reply.body, handed),
      passing: async (nowMs, again) => notes?.passing(nowMs, sent.length, again || outgoing.givesBack),
    });
    if (recorded.outcome !== "passed") return recorded;
    if (!outgoing.givesBack)
      return await fetchMoreStates(device, ports, { identity, fence: wanted.fence, recorded });
    const given = await giveBackNext(device, ports, identity);
    return given === "done" ? { ...recorded, again: true, soon: false } : failed(given, []);
  } catch (error) {
    rethrowUnlessStorage(error);
    return { outcome: "failed", trouble: "storage", sent: [] };
  }
}

const nothingHanded: Reply<HandOverResponse> = {
  outcome: "answered",
  body: { serverTime: new Date(0).toISOString(), verdicts: [] },
};

/** Brings what others wrote before anything of this device's own: the page that follows has its events. */
async function handOver(
  { identity, handOver: brought }: Outgoing,
  ports: ExchangePorts,
): Promise<Reply<HandOverResponse>> {
  return brought === undefined ? nothingHanded : await ports.handOver(identity, brought);
}

function withVerdicts(response: SyncResponse, handed: Reply<HandOverResponse>): SyncResponse {
  if (handed.outcome !== "answered" || handed.body.verdicts.length === 0) return response;
  return { ...response, verdicts: [...handed.body.verdicts, ...response.verdicts] };
}

/** A device with nothing yet fetches what work goes on with before anything else. */
async function fetchFirstStates(
  device: Device,
  ports: ExchangePorts,
  fence: number,
): Promise<Exchanged | "nothing"> {
  const { place, identity } = await readBooks(device.db);
  if (place.position > 0) return "nothing";
  const begun = await fetchStates(device, ports, { identity, fence, isEmpty: true });
  return begun === "nothing" ? "nothing" : afterStates(begun, []);
}

/** The finished orders follow page by page, one with each exchange: nothing waits for them. */
async function fetchMoreStates(
  device: Device,
  ports: ExchangePorts,
  at: {
    readonly identity: Identity;
    readonly fence: number;
    readonly recorded: Extract<Exchanged, { outcome: "passed" }>;
  },
): Promise<Exchanged> {
  const begun = await fetchStates(device, ports, { ...at, isEmpty: false });
  return begun === "nothing" ? at.recorded : afterStates(begun, at.recorded.sent);
}

function afterStates(begun: Exclude<Begun, "nothing">, sent: readonly string[]): Exchanged {
  if (begun === "stale") return { outcome: "robbed" };
  return begun === "fetched" ? { outcome: "passed", again: true, sent } : failed(begun, []);
}

/**
 * Takes a new identity where another device writes under this one (a copied profile), or the server knows of more than
 * this device does (a profile set back to an older copy). Whatever waits here is sent under the new one.
 */
async function takeSuccessor(
  device: Device,
  ports: ExchangePorts,
  identity: Identity,
  fence: number,
): Promise<Exchanged> {
  const { joined } = identity;
  if (joined === undefined) throw new Error("expected a device that has joined a server");
  // Another context that leads by now has sent more, under this same identity.
  if ((await mustMeta(device.db, "place")).fence !== fence) return { outcome: "robbed" };
  const drawn = await drawSuccessor(device.db);
  const reply = await ports.askSuccessor(identity, drawn);
  if (reply.outcome !== "answered") {
    const { trouble, ...rest } = failed(reply, []);
    return { ...rest, trouble: trouble === "unexpected-answer" ? "device-cloned" : trouble };
  }
  const place = await mustMeta(device.db, "place");
  if (place.fence !== fence) return { outcome: "robbed" };
  const { id, code, name, role } = reply.body.device;
  await takeIdentity(device.db, { id, code, name, role, token: drawn.token, origin: joined.origin });
  return { outcome: "passed", again: true, sent: [] };
}

/** The server was restored from an older backup: goes back to where both agree, and gives back what it has lost. */
async function heal(
  device: Device,
  ports: ExchangePorts,
  identity: Identity,
  at: { readonly fence: number; readonly from: Cursor },
): Promise<Exchanged> {
  const healed = await healHistory(device, ports, identity, at);
  if (healed === "stale") return { outcome: "robbed" };
  return healed === "healed" ? { outcome: "passed", again: true, sent: [] } : failed(healed, []);
}

async function record(
  device: Device,
  ports: ExchangePorts,
  answer: {
    readonly fence: number;
    readonly from: Cursor;
    readonly sent: readonly SentCommand[];
    readonly suspects: ReadonlySet<string>;
    readonly lastSeq: number;
    readonly startedMs: number;
    readonly response: SyncResponse;
    /** Within the transaction that records it, once it is known whether there is more to do. */
    readonly passing: (nowMs: number, again: boolean) => Promise<void>;
  },
): Promise<Exchanged> {
  const { fence, from, sent, response } = answer;
  const verified = verifyPage(from, response);
  const nowMs = ports.nowMs();
  // The answer was made about half way between question and answer.
  const clockOffsetMs = Math.round(Date.parse(response.serverTime) - (answer.startedMs + nowMs) / 2);
  if (verified.outcome === "broken") {
    // Uploads continue: the verdicts count, the page is ignored.
    const withoutPage = { ...response, events: [], more: true };
    await applyAnswer(device.db, {
      fence,
      from,
      end: from,
      sent,
      response: withoutPage,
      clockOffsetMs,
      nowMs,
    });
    // No command of the request is to blame.
    return { outcome: "failed", trouble: "chain-broken", sent: [] };
  }
  const conflicted = new Set(
    response.verdicts.filter(({ outcome }) => outcome === "conflict").map(({ command }) => command),
  );
  const ids = sent.map(({ id }) => id);
  const answered = new Set(ids.filter((id) => !conflicted.has(id)));
  let left: readonly OutboxRow[] = [];
  const applied = await applyAnswer(
    device.db,
    { fence, from, end: verified.end, sent, response, clockOffsetMs, nowMs },
    async () => {
      if (!response.more) left = await leftToSend(device.db, { nowMs, answered, suspects: answer.suspects });
      await answer.passing(nowMs, response.more || left.length > 0);
    },
  );
  if (applied === "stale") return { outcome: "robbed" };
  const { lastSeq } = answer;
  if (response.more) return { outcome: "passed", again: true, sent: ids, lastSeq };
  const again = left.length > 0;
  return {
    outcome: "passed",
    again,
    soon: again && left.every(({ seq }) => seq > lastSeq),
    sent: ids,
    lastSeq,
  };
}

function failed(
  reply: Exclude<Reply<unknown>, { outcome: "answered" }>,
  sent: readonly string[],
): Extract<Exchanged, { outcome: "failed" }> {
  const wait = reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs };
  const trouble = reply.outcome === "failed" ? reply.trouble : troubleOf(reply.problem);
  const between = reply.outcome === "failed" && reply.between !== undefined ? { between: reply.between } : {};
  return { outcome: "failed", trouble, ...between, sent, ...wait };
}

/** What a problem with a whole request means for syncing. */
function troubleOf(problem: Problem): SyncTrouble {
  switch (problem.code) {
    case "revoked":
    case "unknown-token":
    case "unsupported-protocol":
    case "history-changed":
    case "device-cloned":
      return problem.code;
    case "unauthenticated":
      return "unknown-token";
    case "timeout":
      return "unreachable";
    default:
      return problem.status >= 500 || problem.status === 429 ? "server-busy" : "unexpected-answer";
  }
}
