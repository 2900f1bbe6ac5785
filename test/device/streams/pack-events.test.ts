import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayHold, packText, unpackText } from "../../../src/device/streams/pack-events.ts";

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const anUuid = fc.uuid();
const aHash = hex(64);
const aTrace = fc.tuple(hex(32), hex(16)).map(([trace, span]) => `00-${trace}-${span}-01`);
/** What looks like an id to a hasty eye: in upper case, cut off, joined, quoted within text, with marks of its own. */
const almost = fc.oneof(
  anUuid.map((id) => id.toUpperCase()),
  anUuid.map((id) => id.slice(1)),
  anUuid.map((id) => `${id}0`),
  anUuid.map((id) => `say "${id}" and/${id}`),
  aHash.map((id) => `${id}${id}`),
  aHash.map((id) => id.slice(2)),
  aTrace.map((trace) => `${trace.slice(0, -2)}00`),
  aTrace.map((trace) => `01${trace.slice(2)}`),
  fc.tuple(anUuid, aHash).map(([id, hash]) => `${id}${hash}`),
  fc.constantFrom("\u0001", "\u0002\u0003", "\ud800", "\u2028", "é€😀", "\\u0001", "/", '"'),
);
const anId = fc.oneof(
  anUuid,
  aHash,
  aTrace,
  anUuid.map((id) => `order/${id}`),
);
const oddNumber = fc.constantFrom(-0, 1e21, 5e-324, 2 ** 53, -1.5);
const leaf = fc.oneof(
  anId,
  almost,
  fc.string(),
  fc.string({ unit: "binary" }),
  oddNumber,
  fc.integer(),
  fc.boolean(),
);
const anEvent = fc.dictionary(
  fc.oneof(fc.constantFrom("id", "stream", "data", "hash", "seal", "__proto__"), anUuid, almost),
  fc.oneof(
    leaf,
    fc.array(leaf, { maxLength: 3 }),
    fc.dictionary(fc.oneof(anUuid, fc.string()), leaf, { maxKeys: 4 }),
    fc.constant(null),
  ),
  { maxKeys: 12 },
);

/** An event as most are. */
const ordinary = {
  position: 7,
  id: "b5fe8e70-edd2-538a-a334-80ad71a9ddee",
  stream: "order/01a222db-d482-746f-891f-6096f306e62e",
  version: 4,
  type: "line-removed",
  schemaVersion: 1,
  data: { lineId: "01a222db-d488-7793-b886-abba2166681c" },
  at: "2026-11-28T15:52:42.714Z",
  recordedAt: "2026-11-28T15:52:44.385Z",
  clockOffsetMs: 27,
  device: "00000000-0000-4000-8000-000000000101",
  seq: 4,
  command: "01a222db-d7fc-7603-a75a-a375850e6396",
  actor: "Orla",
  traceparent: "00-eb8c8bf606bbb524ea976482702562e0-a48a89636697815c-01",
  hash: "c909187944d1035a0121f9f66deab611d6de574838aa41a2ef1e758aa44a41c0",
  seal: "fb51ca2e5fde976a934f4221ddc7f31b97f2932683207039df8e206e376ae74c",
};

describe("events as a segment keeps them", () => {
  test("[L13] come out as they went in, with members that nobody knows and ids of any shape", () => {
    fc.assert(
      fc.property(fc.array(anEvent, { maxLength: 8 }), (events) => {
        const text = JSON.stringify(events);
        expect(unpackText(packText(text))).toBe(text);
      }),
      { seed: 20260105, numRuns: 3000 },
    );
  });

  test("are pinned: what a disk holds is read for ever", () => {
    const { body, ids } = packText(JSON.stringify([ordinary]));
    expect(new TextDecoder().decode(body)).toBe(
      '[{"position":7,"id":"\u0001","stream":"order/\u0001","version":4,"type":"line-removed","schemaVersion":1,' +
        '"data":{"lineId":"\u0001"},"at":"2026-11-28T15:52:42.714Z","recordedAt":"2026-11-28T15:52:44.385Z",' +
        '"clockOffsetMs":27,"device":"\u0001","seq":4,"command":"\u0001","actor":"Orla","traceparent":"\u0003",' +
        '"hash":"\u0002","seal":"\u0002"}]',
    );
    expect(Buffer.from(ids).toString("hex")).toBe(
      [ordinary.id, ordinary.stream.slice(6), ordinary.data.lineId, ordinary.device, ordinary.command]
        .concat(ordinary.traceparent.slice(3, -3), ordinary.hash, ordinary.seal)
        .join("")
        .replaceAll("-", ""),
    );
    expect([body.buffer.byteLength, ids.buffer.byteLength]).toEqual([body.length, ids.length]);
  });

  test("take less than three quarters of the bytes of their text, of which a disk packs most", () => {
    const text = JSON.stringify(Array.from({ length: 100 }, () => ordinary));
    const { body, ids } = packText(text);
    expect((body.length + ids.length) / text.length).toBeLessThan(0.75);
  });

  test("are told to hold every id that is in them, without their text", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anId, almost), { minLength: 1, maxLength: 20 }), anUuid, (ids, other) => {
        const packed = packText(JSON.stringify(ids));
        for (const said of ids.filter((one) => one === JSON.stringify(one).slice(1, -1))) {
          const trace = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(said)?.[1];
          expect(mayHold(packed, trace ?? said.replace(/^order\//, ""))).toBe(true);
        }
        expect(mayHold(packed, other)).toBe(ids.some((id) => id.includes(other)));
      }),
      { seed: 20260105, numRuns: 1000 },
    );
  });
});
