import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linkHash, makeLinker, sealed } from "../../src/protocol/chain.ts";
import { cursorStart, findCursor, formatCursor } from "../../src/protocol/cursor.ts";
import { eventIdOf, importedId, newId } from "../../src/protocol/ids.ts";
import { correctedTime, happenedAt, type LogEvent } from "../../src/protocol/log-event.ts";

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const event = (position: number, more: Partial<LogEvent> = {}): LogEvent => ({
  position,
  id: uuid(position),
  stream: `order/${uuid(100)}`,
  version: position,
  type: "line-removed",
  schemaVersion: 1,
  data: { lineId: uuid(200), note: "é€" },
  at: "2026-01-05T09:00:00.000Z",
  recordedAt: "2026-01-05T09:00:01.000Z",
  clockOffsetMs: 5,
  device: uuid(300),
  seq: 1,
  command: uuid(400),
  actor: "Orla",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  ...more,
});

/** All that the chain covers of events, as RFC 8785 writes it, by the library alone. */
function wholeText(events: readonly LogEvent[]): string {
  return String(
    canonicalize(
      events.map(
        ({ clockOffsetMs: _offset, traceparent: _trace, hash: _hash, seal: _seal, ...rest }) => rest,
      ),
    ),
  );
}

describe("the hash chain", () => {
  test("its vector is pinned: the links of recorded commands hang on it", () => {
    expect(linkHash(cursorStart.hash, [event(1), event(2)])).toBe(
      "92e0f639d0fc5f01c7a1ffe989fc109f616ddfa5ef2aec4bed78dc922c569d8e",
    );
    expect(linkHash("f".repeat(64), [event(3, { causation: uuid(9) })])).toBe(
      "d58d9c81b69deedc25b92c6201ded1bbd534c51592eadf531966f28e3ea17573",
    );
  });

  test("a link is SHA-256 over the previous 32 bytes and the text of the events, whoever computes it", () => {
    const text =
      '[{"actor":"Orla","at":"2026-01-05T09:00:00.000Z","command":"00000000-0000-4000-8000-000000000400",' +
      '"data":{"lineId":"00000000-0000-4000-8000-000000000200","note":"é€"},"device":"00000000-0000-4000-8000-000000000300",' +
      '"id":"00000000-0000-4000-8000-000000000001","position":1,"recordedAt":"2026-01-05T09:00:01.000Z","schemaVersion":1,' +
      '"seq":1,"stream":"order/00000000-0000-4000-8000-000000000100","type":"line-removed","version":1}]';
    const expected = createHash("sha256").update(Buffer.alloc(32)).update(text, "utf8").digest("hex");
    expect(linkHash(cursorStart.hash, [event(1)])).toBe(expected);
    const native = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
    expect(linkHash(cursorStart.hash, [event(1)], native)).toBe(expected);
  });

  test.each([
    ["position", 2],
    ["id", uuid(2)],
    ["stream", `order/${uuid(101)}`],
    ["version", 2],
    ["type", "order-shipped"],
    ["schemaVersion", 2],
    ["data", {}],
    ["at", "2026-01-05T09:00:00.001Z"],
    ["recordedAt", "2026-01-05T09:00:01.001Z"],
    ["device", uuid(301)],
    ["seq", 2],
    ["command", uuid(401)],
    ["actor", "Sam"],
    ["causation", uuid(5)],
  ] as const)("another %s makes another link", (member, value) => {
    expect(linkHash(cursorStart.hash, [event(1, { [member]: value })])).not.toBe(
      linkHash(cursorStart.hash, [event(1)]),
    );
  });

  test("what may differ between readers is not part of it", () => {
    const more = {
      clockOffsetMs: 9,
      traceparent: "00-00000000000000000000000000000001-0000000000000001-00",
      hash: "a".repeat(64),
    };
    expect(linkHash(cursorStart.hash, [event(1, more)])).toBe(linkHash(cursorStart.hash, [event(1)]));
  });

  test("a link is that of the canonical JSON of whole events, whatever their texts and data are", () => {
    const unit = fc.constantFrom("a", '"', "\\", "\u0001", "\u2028", "é", "€", "😀", "\ufb33");
    const text = fc.string({ unit, maxLength: 12 });
    const data = fc.jsonValue({ maxDepth: 3 }).filter((value) => !/\\ud/.test(JSON.stringify(value)));
    const anyEvent = fc.record(
      {
        position: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
        version: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
        seq: fc.nat(),
        schemaVersion: fc.integer({ min: 1, max: 10_000 }),
        actor: text,
        data: fc.oneof(data, fc.dictionary(fc.oneof(text, fc.nat().map(String)), data)),
        causation: fc.constant(uuid(9)),
        clockOffsetMs: fc.integer(),
      },
      { requiredKeys: ["actor", "data"] },
    );
    const link = makeLinker();
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 6 }), (some) => {
        const events = some.map((more, index) => event(index + 1, more));
        const bytes = [Buffer.from("ab".repeat(32), "hex"), Buffer.from(wholeText(events))];
        const expected = createHash("sha256").update(Buffer.concat(bytes)).digest("hex");
        expect(linkHash("ab".repeat(32), events)).toBe(expected);
        // One linker after another command, long or short, comes to the same.
        expect(link("ab".repeat(32), events)).toBe(expected);
      }),
      { seed: 20260105, numRuns: 1000 },
    );
  });

  test("a seal covers what was said, not its position", () => {
    expect(sealed(event(1, { position: 7, version: 8 }))).toEqual(sealed(event(1)));
    expect(Object.keys(sealed(event(1)))).not.toContain("causation");
  });
});

describe("cursors", () => {
  test("a cursor is read as it was written; null is the start", () => {
    const cursor = { position: 42, hash: "ab".repeat(32) };
    expect(findCursor(formatCursor(cursor))).toEqual(cursor);
    expect(findCursor(null)).toEqual(cursorStart);
    expect(findCursor(formatCursor(cursorStart))).toEqual(cursorStart);
  });

  test.each([
    "",
    "42",
    `042.${"a".repeat(64)}`,
    `-1.${"a".repeat(64)}`,
    `1.${"A".repeat(64)}`,
    `1.${"a".repeat(63)}`,
    `9999999999999999.${"a".repeat(64)}`,
    ` 1.${"a".repeat(64)}`,
  ])("%j is no cursor", (text) => {
    expect(findCursor(text)).toBeUndefined();
  });
});

describe("ids", () => {
  test("derived ids are pinned: whoever derives them, ever, gets the same", () => {
    const command = "01890a5d-ac96-774b-bcce-b302099a8057";
    expect([eventIdOf(command, 0), eventIdOf(command, 1)]).toEqual([
      "92bd492f-6c30-5724-b267-17616d428c75",
      "ae934b18-f963-5e0f-9852-97c9cf755200",
    ]);
    expect(importedId("customer", "ALFKI")).toBe("2cd763b1-c56b-52a2-ab49-4c59db309b75");
    expect(importedId("order", "10248")).toBe("118632de-297b-5cff-894f-7db5588d383b");
    expect(importedId("line", "10248/1")).toBe("b27e7845-7a40-520c-9fbd-3417171b64a2");
    expect(importedId("command", "10248")).toBe("4f258ae9-5f62-5f2e-a13a-1fa628d394e9");
  });

  test("a key is the same however its letters are composed, and per kind of thing", () => {
    expect(importedId("customer", " Cafe\u0301 ")).toBe(importedId("customer", "Café"));
    expect(importedId("customer", "10248")).not.toBe(importedId("order", "10248"));
  });

  test("ids of one device grow with time", () => {
    const ids = Array.from({ length: 1000 }, newId);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(1000);
  });
});

describe("[L12] times of devices are corrected, never trusted", () => {
  test("a clock that was wrong by a day is put right", () => {
    expect(happenedAt({ at: "2026-01-06T09:00:00.000Z", clockOffsetMs: -86_400_000 })).toBe(
      "2026-01-05T09:00:00.000Z",
    );
  });

  test("an offset that leads out of the calendar is not applied", () => {
    for (const offset of [8.64e15, -8.64e15, Number.MAX_SAFE_INTEGER]) {
      expect(correctedTime("2026-01-06T09:00:00.000Z", offset)).toBe("2026-01-06T09:00:00.000Z");
    }
  });
});
