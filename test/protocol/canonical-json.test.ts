import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, utf8Bytes } from "../../src/protocol/canonical-json.ts";

/** A double by its bits, as RFC 8785 lists them. */
const double = (hex: string) => new DataView(Uint8Array.from(Buffer.from(hex, "hex")).buffer).getFloat64(0);

describe("canonical JSON (RFC 8785)", () => {
  test("the example of section 3.2.2 reads as in 3.2.3", () => {
    const value = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\u002f",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("members are in the order of their UTF-16 code units (3.2.3)", () => {
    const value = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
    expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7);
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  test.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["41b3de4355555553", "333333333.3333332"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("the double %s reads %s (appendix B)", (hex, text) => {
    expect(canonicalJson(double(hex))).toBe(text);
  });

  test("what JSON cannot say throws", () => {
    for (const value of [undefined, () => 1, Symbol("a")])
      expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalJson(Number.NaN)).toThrow();
    expect(() => canonicalJson({ a: "\ud800" })).toThrow();
  });

  test("it is the library's text of any value, and what the library refuses is refused", () => {
    const key = fc.oneof(fc.constantFrom("1", "10", "9", "__proto__", "toJSON", "\ud800", "a"), fc.string());
    const unit = fc.constantFrom("\\", "u", "d", "8", "\ud83d", "\ude00", "\u007f");
    const leaf = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.string({ unit, maxLength: 6 }), fc.double());
    const object = fc
      .array(fc.tuple(key, leaf), { maxLength: 5 })
      .map((members) => Object.fromEntries(members));
    const inOrder = object.map((value) =>
      Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))),
    );
    const attempt = (write: (value: unknown) => unknown, value: unknown) => {
      try {
        return write(value);
      } catch {
        return "refused";
      }
    };
    fc.assert(
      fc.property(fc.array(fc.oneof(leaf, object, inOrder), { maxLength: 4 }), (value) => {
        expect(attempt(canonicalJson, value)).toBe(attempt(canonicalize, value));
      }),
      { seed: 20260105, numRuns: 3000 },
    );
  });

  test("a value has one text, whatever the order of its members", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: true }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
      { seed: 20260105, numRuns: 1000 },
    );
  });
});

test("bytes are counted as they are sent", () => {
  const unit = fc.constantFrom<"grapheme" | "binary">("grapheme", "binary");
  fc.assert(
    fc.property(
      unit.chain((kind) => fc.string({ unit: kind, maxLength: 40 })),
      (text) => {
        expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
      },
    ),
    { seed: 20260105, numRuns: 5000 },
  );
  expect(utf8Bytes("aé€😀")).toBe(10);
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
