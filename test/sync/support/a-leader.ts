import { findStatus } from "../../../src/device/views/queries.ts";
import { type LeadPorts, startLead, takeFence } from "../../../src/sync/engine/run.ts";
import { until } from "../../support/until.ts";
import type { Member, TestServer } from "./a-fleet.ts";

/** A leader in virtual time: timers ring when the test says so. */
export async function aLeader(member: Member, server: TestServer, post?: LeadPorts["post"]) {
  const timers: { readonly delayMs: number; readonly ring: () => void }[] = [];
  let nowMs = Date.now();
  const errors: unknown[] = [];
  const ports: LeadPorts = {
    post: post ?? ((identity, request) => server.ports.post(identity, request)),
    askSuccessor: () => Promise.reject(new Error("expected nobody to take a new identity")),
    handOver: () => Promise.reject(new Error("expected nothing of others to be brought")),
    askStates: () => server.ports.askStates(member.device.identity(), { part: "now", after: undefined }),
    askChain: () => Promise.reject(new Error("expected no history to heal")),
    giveBack: () => Promise.reject(new Error("expected nothing to be given back")),
    nowMs: () => nowMs,
    luck: () => 0.5,
    report: (error) => errors.push(error),
    setTimer: (delayMs, ring) => {
      const timer = { delayMs, ring };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
    },
  };
  const lead = startLead(member.device, await takeFence(member.device.db), ports);
  const ring = () => {
    const timer = timers.shift();
    if (timer === undefined) throw new Error("expected a timer that is due, found none");
    nowMs += timer.delayMs;
    timer.ring();
  };
  /** Waits until the leader rests: a timer is set and nothing is in flight. */
  const rests = () =>
    until(async () => timers.length > 0 && (await findStatus(member.device.db)).phase !== "syncing");
  /** Lets the moment pass that what was saved waits. */
  const goes = async () => {
    await until(() => timers.some(({ delayMs }) => delayMs === 200));
    ring();
  };
  return { lead, ring, rests, goes, timers, errors };
}
