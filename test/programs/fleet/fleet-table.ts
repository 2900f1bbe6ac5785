import type { Sending } from "./crew.ts";
import type { FleetPlan, FleetReport } from "./run-fleet.ts";

/** The report for a terminal, the violations at its end. */
export function fleetTable(report: FleetReport, plan: FleetPlan): string {
  const { server, sendings, caughtUp, allSentMs } = report;
  const pushes = sendings.flatMap((one) => one.pushes);
  const answeredPushes = pushes.filter(({ what }) => what === "200");
  const turnedAway = sendings.filter(({ pushes: own }) => own.some(({ what }) => isBusy(what)));
  const turnedAwayAndSent = turnedAway.filter(({ allSentAtMs }) => allSentAtMs !== undefined);
  const ok = server.answered.filter(({ status }) => status === 200).map(({ ms }) => ms);
  const seconds = caughtUp.map(({ tookMs }) => tookMs);
  const lines = [
    `devices              ${plan.devices}, ${plan.ordersEach} orders each: ${plan.devices * plan.ordersEach} orders, ${report.commands} commands`,
    `log                  ${report.logLength} events, each command once, order numbers distinct, chain verified`,
    `all sent             ${allSentMs.length} of ${sendings.length} devices; ms after the server's start: ${spread(allSentMs)}`,
    `pushes by outcome    ${counts(pushes.map(({ what }) => what))}`,
    `turned away          ${turnedAway.length} devices by 429, 503 or another 5xx, ${turnedAwayAndSent.length} of them sent all later`,
    `push, as devices see ${spread(answeredPushes.map(({ tookMs }) => tookMs))} ms`,
    `pulls by outcome     ${pullCounts(sendings)} (until all was sent)`,
    `server, statuses     ${counts(server.answered.map(({ status }) => String(status)))}`,
    `server, per sync     ${spread(ok)} ms from question to answer`,
    `server, processor    ${(server.sendCpuMs / Math.max(1, answeredPushes.length)).toFixed(1)} ms per push while sending; ${(server.cpuMs / 1000).toFixed(1)} s in all`,
    `server, memory       ${mebibytes(server.rssBytes)} MiB at most, bound ${mebibytes(plan.rssBytesMax)} MiB`,
    `read everything      ${caughtUp.length} devices: outbox empty, same chain hash, every order placed; ms each: ${spread(seconds)}`,
  ];
  const shown = report.violations.slice(0, shownMax).map((text) => `VIOLATED: ${text}`);
  return [...lines, `violations           ${report.violations.length}`, ...shown].join("\n");
}

const shownMax = 40;

function isBusy(what: string): boolean {
  return what === "429" || /^5\d\d$/.test(what);
}

/** The middle, the 99th of a hundred and the most. */
function spread(numbers: readonly number[]): string {
  const sorted = numbers.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${sorted.at(-1) ?? 0}`;
}

function counts(names: readonly string[]): string {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return [...found].map(([name, count]) => `${name}: ${count}`).join(", ");
}

function pullCounts(sendings: readonly Sending[]): string {
  return counts(
    sendings.flatMap(({ pulls }) =>
      Object.entries(pulls).flatMap(([what, count]) => Array.from({ length: count }, () => what)),
    ),
  );
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
