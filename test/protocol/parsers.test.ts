import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { streamIdBytesMax } from "../../src/domain/stream-key.ts";
import { joinRequestSchema, startWorkspaceSchema } from "../../src/protocol/joining-messages.ts";
import * as p from "../../src/protocol/parsers.ts";
import { holds, problem, problemCodes, problemSchema } from "../../src/protocol/problem.ts";
import { syncRequestSchema, verdictSchema } from "../../src/protocol/sync-messages.ts";

const uuid = "01890a5d-ac96-774b-bcce-b302099a8057";

describe("building blocks", () => {
  test.each([
    [
      "day",
      p.day,
      ["2026-02-28", "2024-02-29", "1996-07-04"],
      ["2026-02-29", "2026-02-30", "2026-13-01", "2026-1-5", "05.01.2026", "2026-01-05T00:00:00.000Z"],
    ],
    [
      "instant",
      p.instant,
      ["2026-01-05T09:00:00.000Z"],
      [
        "2026-02-30T09:00:00.000Z",
        "2026-01-05T24:00:00.000Z",
        "2026-01-05T09:00:00Z",
        "2026-01-05T09:00:00.000+01:00",
      ],
    ],
    ["uuid", p.uuid, [uuid], [uuid.toUpperCase(), "1", `${uuid}a`]],
    ["currency", p.currency, ["EUR"], ["eur", "EURO", ""]],
    ["order number", p.orderNumber, ["K7-1", "ABC123-99"], ["K7-0", "k7-1", "K7", "K-1"]],
    [
      "stream",
      p.streamKey,
      [`order/${uuid}`, `product/${"A".repeat(streamIdBytesMax)}`, "product/A%2FB"],
      ["order/", "Order/1", `product/${"A".repeat(65)}`, "a/b/c", "product/a b"],
    ],
    [
      "event type",
      p.eventType,
      ["order-placed", "informative/history-restored"],
      ["", "Order", "a/b/c", "x".repeat(65)],
    ],
    ["text", p.shortText, ["", "Ünï 🍋", "x".repeat(200)], ["x".repeat(201), "\u0000", "\ud800"]],
    ["filled text", p.filledText, ["a"], [""]],
    ["amount", p.minor, [0, 10_000_000_000_000], [-1, 0.5, 10_000_000_000_001, "1", Number.NaN]],
    ["discount", p.discountBps, [0, 10_000], [10_001, -1]],
    ["tax", p.taxPpm, [0, 10_000_000], [10_000_001]],
    ["tax as once said", p.taxBps, [0, 100_000], [100_001]],
  ] as const)("%s", (_name, schema, right, wrong) => {
    for (const value of right) expect(v.is(schema, value), String(value)).toBe(true);
    for (const value of wrong) expect(v.is(schema, value), String(value)).toBe(false);
  });
});

describe("messages", () => {
  const command = {
    id: uuid,
    seq: 1,
    stream: `order/${uuid}`,
    expected: { version: 0, event: null },
    at: "2026-01-05T09:00:00.000Z",
    actor: "Orla",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    events: [{ id: uuid, type: "order-placed", schemaVersion: 3, data: {} }],
  };
  const request = {
    cursor: null,
    lastSeq: 2,
    now: "2026-01-05T09:00:00.000Z",
    commands: [command, { ...command, seq: 2 }],
  };

  test("a push is read; commands ascend by seq, and nothing is in it that has no name", () => {
    expect(v.is(syncRequestSchema, request)).toBe(true);
    expect(v.is(syncRequestSchema, { ...request, commands: [command, command] })).toBe(false);
    expect(v.is(syncRequestSchema, { ...request, role: "owner" })).toBe(false);
    expect(v.is(syncRequestSchema, { ...request, commands: [{ ...command, events: [] }] })).toBe(false);
    expect(v.is(syncRequestSchema, { ...request, commands: [{ ...command, seq: 0 }] })).toBe(false);
  });

  test("[L16] a push has at most 200 commands, a command at most 2,000 events", () => {
    const many = Array.from({ length: 201 }, (_, index) => ({ ...command, seq: index + 1 }));
    expect(v.is(syncRequestSchema, { ...request, commands: many.slice(0, 200) })).toBe(true);
    expect(v.is(syncRequestSchema, { ...request, commands: many })).toBe(false);
    const events = Array.from({ length: 2001 }, () => command.events[0]);
    expect(v.is(syncRequestSchema, { ...request, commands: [{ ...command, events: events.slice(1) }] })).toBe(
      true,
    );
    expect(v.is(syncRequestSchema, { ...request, commands: [{ ...command, events }] })).toBe(false);
  });

  test("a verdict may carry more than this build knows, but not another outcome", () => {
    expect(v.is(verdictSchema, { command: uuid, outcome: "accepted", positions: [1], later: 1 })).toBe(true);
    expect(
      v.is(verdictSchema, { command: uuid, outcome: "refused", problem: problem("rule-broken", 422, "No") }),
    ).toBe(true);
    expect(v.is(verdictSchema, { command: uuid, outcome: "perhaps" })).toBe(false);
  });

  test("joining wants 256 bits of token, and one of code or own lost identity", () => {
    const device = { id: uuid, name: "Phone", token: "A".repeat(43) };
    expect(v.is(startWorkspaceSchema, { setupCode: "abc", name: "Quay", device })).toBe(true);
    expect(v.is(joinRequestSchema, { code: "abc", device })).toBe(true);
    expect(v.is(joinRequestSchema, { successorOf: uuid, device })).toBe(true);
    expect(v.is(joinRequestSchema, { code: "abc", successorOf: uuid, device })).toBe(false);
    expect(v.is(joinRequestSchema, { code: "abc", device: { ...device, token: "A".repeat(42) } })).toBe(
      false,
    );
  });
});

describe("problems", () => {
  test("the codes are pinned: programs decide on them", () => {
    expect(problemCodes).toEqual([
      ...[
        "malformed",
        "too-large",
        "too-deep",
        "unsupported-protocol",
        "not-found",
        "method-not-allowed",
        "rate-limited",
        "timeout",
      ],
      ...[
        "unauthenticated",
        "unknown-token",
        "revoked",
        "forbidden",
        "wrong-code",
        "code-used",
        "code-expired",
      ],
      ...["device-cloned", "history-changed"],
      ...["not-allowed", "invalid-event", "rule-broken", "number-taken", "bad-seal"],
      ...["not-proven", "id-taken"],
      ...["unknown-type", "update-needed", "workspace-full"],
      ...["address-refused", "too-many-subscriptions", "not-dead"],
      ...["unavailable", "internal"],
    ]);
  });

  test("a problem is what RFC 9457 says, with a stable code", () => {
    const found = problem("rule-broken", 422, "Not possible", {
      rejection: { reason: "order-empty" },
      detail: "x",
    });
    expect(found).toEqual({
      type: "urn:docket:problem:rule-broken",
      title: "Not possible",
      status: 422,
      code: "rule-broken",
      detail: "x",
      rejection: { reason: "order-empty" },
    });
    expect(v.is(problemSchema, found)).toBe(true);
  });

  test("three refusals hold a command, all others are final", () => {
    expect(problemCodes.filter(holds)).toEqual(["unknown-type", "update-needed", "workspace-full"]);
  });
});
