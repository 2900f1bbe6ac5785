import { idOf, kindOf } from "../../domain/stream-key.ts";
import { correctedTime } from "../../protocol/log-event.ts";
import type { PushedCommand, Verdict } from "../../protocol/sync-messages.ts";
import { childTraceparent, traceContextOf } from "./traceparent.ts";
import type { Attributes, SpanLink, Tracing } from "./tracing.ts";

/** One sync that was answered: who asked, what it carried, and the outcome of each. Times in ms since 1970. */
export interface TracedSync {
  /** The traceparent that the request's span was given when it began. */
  readonly self: string;
  readonly device: string;
  readonly workspace: string;
  readonly clockOffsetMs: number;
  readonly commands: readonly PushedCommand[];
  readonly verdicts: readonly Verdict[];
  readonly pulled: number;
  readonly startMs: number;
  readonly endMs: number;
  /** The problem's code, where the whole request was refused. */
  readonly failed?: string;
}

/** The span in which a command was accepted: its id is derived, so that whoever comes later can link to it. */
export function acceptSpanOf({
  traceparent,
  command,
}: {
  readonly traceparent: string;
  readonly command: string;
}): string {
  return childTraceparent(traceparent, `accept ${command}`);
}

/**
 * Records a sync. The request is a trace of its own, and each command it carried has one since the tap that gave it,
 * perhaps days ago: the two are linked, not nested. In the command's trace are the tap itself, which no device
 * exports, and its acceptance below it, once: a command that comes again has them already.
 */
export function traceSync(tracing: Tracing, sync: TracedSync): void {
  if (!tracing.isOn) return;
  const judged = pairs(sync);
  tracing.record({
    name: "sync",
    kind: "server",
    self: sync.self,
    links: judged.map(linkOf),
    startMs: sync.startMs,
    endMs: sync.endMs,
    attributes: {
      ...whose(sync),
      "http.route": "/v1/sync",
      "docket.commands": sync.commands.length,
      "docket.pulled": sync.pulled,
    },
    ...(sync.failed === undefined ? {} : { failed: sync.failed }),
  });
  for (const pair of judged) traceCommand(tracing, sync, pair);
}

type Pair = readonly [PushedCommand, Verdict];

/** Verdicts are in the order of the commands, one each. */
function pairs({ commands, verdicts }: TracedSync): readonly Pair[] {
  return commands.flatMap((command, index) => {
    const verdict = verdicts[index];
    return verdict === undefined ? [] : [[command, verdict] as const];
  });
}

function linkOf([command, verdict]: Pair): SpanLink {
  return {
    to: command.traceparent,
    attributes: { "docket.command": command.id, "docket.verdict": verdict.outcome },
  };
}

function traceCommand(tracing: Tracing, sync: TracedSync, [command, verdict]: Pair): void {
  if (verdict.outcome !== "accepted" && verdict.outcome !== "refused") return;
  const kind = kindOf(command.stream);
  const tapMs = Date.parse(correctedTime(command.at, sync.clockOffsetMs));
  const common: Attributes = { ...whose(sync), ...whatOf(command) };
  const outcome: Attributes =
    verdict.outcome === "refused"
      ? { "docket.code": verdict.problem.code }
      : { "docket.position": verdict.positions[0] ?? 0, "docket.events": verdict.positions.length };
  if (verdict.outcome === "accepted") {
    tracing.record({
      name: `tap ${kind}`,
      kind: "internal",
      self: command.traceparent,
      startMs: tapMs,
      endMs: tapMs,
      attributes: { ...common, "docket.clock_offset_ms": sync.clockOffsetMs },
    });
  }
  tracing.record({
    name: `${verdict.outcome === "accepted" ? "accept" : "refuse"} ${kind}`,
    kind: "consumer",
    self: acceptSpanOf({ traceparent: command.traceparent, command: command.id }),
    parentId: traceContextOf(command.traceparent).spanId,
    links: [{ to: sync.self, attributes: { "docket.link": "request" } }],
    startMs: sync.startMs,
    endMs: sync.endMs,
    attributes: {
      ...common,
      "docket.verdict": verdict.outcome,
      "docket.offline_ms": Math.max(0, sync.startMs - tapMs),
      ...outcome,
    },
    ...(verdict.outcome === "refused" ? { failed: verdict.problem.code } : {}),
  });
}

function whose({ workspace, device }: TracedSync): Attributes {
  return { "docket.workspace": workspace, "docket.device": device };
}

/** What a command is about. A SKU is left out: some shops write names into theirs. */
function whatOf(command: PushedCommand): Attributes {
  const kind = kindOf(command.stream);
  return {
    "docket.command": command.id,
    "docket.seq": command.seq,
    "docket.stream.kind": kind,
    ...(kind === "order" || kind === "customer" ? { "docket.stream.id": idOf(command.stream) } : {}),
    "docket.events.types": [...new Set(command.events.map(({ type }) => type))],
  };
}
