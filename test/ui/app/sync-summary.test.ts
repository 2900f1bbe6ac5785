import { describe, expect, test } from "vitest";
import type { Between } from "../../../src/device/storage/sync-status.ts";
import { type SyncFacts, syncSummary } from "../../../src/ui/app/sync-summary.ts";
import { british } from "../builders.ts";

const calm: SyncFacts = {
  status: { phase: "idle", lastSuccessAt: Date.parse("2024-03-01T09:42:00Z"), position: 7, head: 7 },
  waiting: { pending: 0, held: 0, parked: 0 },
  joined: true,
  online: true,
};
const summary = (facts: Partial<SyncFacts>) => syncSummary({ ...calm, ...facts }, british);
const waiting = (counts: Partial<SyncFacts["waiting"]>) => ({ ...calm.waiting, ...counts });

describe("the sync bar", () => {
  test("says that all is sent only with nothing waiting and an answer to go by", () => {
    expect(summary({}).text).toBe("All sent 10:42");
    const unanswered = { phase: "idle", position: 0, head: 0 } as const;
    for (const facts of [
      { status: undefined },
      { status: unanswered },
      { waiting: waiting({ pending: 1 }) },
    ]) {
      expect(summary(facts).text).not.toContain("All sent");
      expect(summary(facts).tone).not.toBe("good");
    }
  });
  test("says how far a device is that begins, also when it has read up to the end of the log", () => {
    const status = { ...calm.status, phase: "syncing", position: 7, head: 7 } as const;
    const beginning = { done: 1_200, total: 150_000 };
    expect(summary({ status: { ...status, beginning } }).text).toBe("Receiving 1,200 of 150,000");
  });
  test("says what is in between, and what helps against that", () => {
    const status = {
      ...calm.status,
      phase: "waiting",
      trouble: "not-our-server",
      position: 7,
      head: 7,
    } as const;
    const told = (between: Between) => summary({ status: { ...status, between } });
    expect(told("captive-portal").detail).toBe("Sign in to this Wi-Fi");
    expect(told("sign-in").text).toBe("Sign-in needed");
    const all = [
      "captive-portal",
      "sign-in",
      "refuses",
      "too-large",
      "drops-headers",
      "other-server",
    ] as const;
    expect(new Set(all.map((between) => told(between).text)).size).toBe(all.length);
    for (const between of all.slice(1)) expect(told(between).detail).not.toContain("Wi-Fi");
  });
  test("says in a tab of Safari how long it keeps what waits, and only there", () => {
    const offline = { waiting: waiting({ pending: 1 }), online: false };
    expect(summary({ ...offline, forgets: true }).detail).toContain("within 7 days");
    expect(summary({ ...offline, forgets: false }).detail).not.toContain("days");
    expect(summary({ online: false, forgets: true }).detail).not.toContain("days");
  });
  test("counts what waits, offline and online", () => {
    expect(summary({ waiting: waiting({ pending: 1 }) }).text).toBe("1 change waiting");
    expect(summary({ waiting: waiting({ pending: 3 }), online: false }).text).toBe(
      "Offline · 3 changes waiting",
    );
    expect(summary({ online: false }).text).toBe("Offline · nothing waiting");
  });
  test("believes the engine that nothing answers, whatever the browser says of the network", () => {
    const status = {
      ...calm.status,
      trouble: "unreachable",
      phase: "waiting",
      position: 7,
      head: 7,
    } as const;
    expect(summary({ status }).icon).toBe("offline");
  });
  test("what needs a person comes before what passes automatically", () => {
    expect(summary({ waiting: waiting({ pending: 9, held: 1, parked: 2 }), online: false })).toMatchObject({
      text: "Needs you: 2",
      detail: "Offline · 9 changes waiting",
      tone: "bad",
      href: "/outbox",
    });
    expect(summary({ waiting: waiting({ parked: 2 }) }).detail).toBe("Decide in the outbox");
  });
  test("access that was taken back is said before what waits for a choice, with how much waits to be sent", () => {
    const status = { phase: "waiting", trouble: "revoked", position: 7, head: 7 } as const;
    const { text, detail, tone } = summary({ status, waiting: waiting({ pending: 5, parked: 3 }) });
    expect(text).toBe("Access was taken back");
    expect(detail).toContain("5 changes waiting");
    expect(tone).toBe("bad");
  });
  test("[L8] work that does not get away though nothing tells why is said, with for how long; not without a network", () => {
    const stuck = { waiting: waiting({ pending: 2, parked: 1 }), stalledMs: 10.5 * 60_000 };
    expect(summary(stuck)).toMatchObject({ text: "Not sent for 10 minutes", tone: "bad", href: "/outbox" });
    expect(summary({ ...stuck, online: false }).text).not.toContain("Not sent");
    expect(summary({ ...stuck, waiting: waiting({}) }).text).not.toContain("Not sent");
    const status = { phase: "waiting", trouble: "revoked", position: 7, head: 7 } as const;
    expect(summary({ ...stuck, status }).text).toBe("Access was taken back");
  });
  test("a device that cannot save says so before everything else", () => {
    const status = { phase: "waiting", trouble: "storage", position: 7, head: 7 } as const;
    expect(summary({ status, waiting: waiting({ parked: 1 }) }).text).toBe("This device cannot save");
  });
  test("without a server nothing is called sent", () => {
    expect(summary({ joined: false, status: undefined })).toMatchObject({
      text: "Saved on this device",
      tone: "plain",
    });
  });
  test("shows how far a download is", () => {
    const status = { phase: "syncing", position: 1200, head: 3000 } as const;
    expect(summary({ status }).text).toBe("Receiving 1,200 of 3,000");
  });
});
