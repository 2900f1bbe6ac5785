import { expect, test } from "vitest";
import {
  playwrightTests,
  proofsOf,
  readRules,
  ruleFaults,
  rulesIn,
  vitestTests,
} from "../../scripts/laws.mjs";

const allLaws = Array.from({ length: 16 }, (_, index) => `L${index + 1}`);

test("a law is proven by the passing tests that bear its mark, and each law is asked for", () => {
  const proofs = proofsOf([
    { title: "[L1] [L12] one", passed: true },
    { title: "[L1] two", passed: false },
    { title: "no mark", passed: true },
  ]);
  expect(proofs.map(({ law }) => law)).toEqual(allLaws);
  const [first, second] = proofs;
  expect(first).toMatchObject({ passed: ["[L1] [L12] one"], failed: ["[L1] two"] });
  expect(second).toMatchObject({ passed: [], failed: [] });
  expect(proofs.find(({ law }) => law === "L12")?.passed).toEqual(["[L1] [L12] one"]);
});

test("skipped tests prove nothing, in both reports; suites within suites are read", () => {
  const one = (fullName: string, status: string) => ({ fullName, status });
  const vitest = {
    testResults: [{ assertionResults: [one("a", "passed"), one("b", "failed"), one("c", "skipped")] }],
  };
  expect(vitestTests(vitest)).toEqual([
    { title: "a", passed: true },
    { title: "b", passed: false },
  ]);
  const spec = (title: string, ok: boolean, status: string) => ({ title, ok, tests: [{ status }] });
  const suites = [
    { specs: [spec("a", true, "expected")], suites: [{ specs: [spec("b", false, "unexpected")] }] },
    { specs: [spec("c", true, "skipped")] },
  ];
  expect(playwrightTests({ suites })).toEqual([
    { title: "a", passed: true },
    { title: "b", passed: false },
  ]);
});

test("the rules that comments state are read, each is stated once, and step, merge and rebase have theirs", () => {
  const text = "/**\n * Invariants:\n * - ST1 one;\n * - ST2 two\n */\n// ST3 is none\n";
  expect(rulesIn(text)).toEqual(["ST1", "ST2"]);
  const rules = readRules();
  expect(new Set(rules).size).toBe(rules.length);
  expect(rules).toEqual(expect.arrayContaining(["ST1", "MG1", "RB1"]));
});

test("rules and marks are held against one another, both ways", () => {
  const tests = [
    { title: "[L8] [ST1] waits", passed: true },
    { title: "[ST2] breaks", passed: false },
    { title: "[ZZ9] of old", passed: true },
  ];
  expect(ruleFaults(["ST1", "ST2", "ST3", "ST1"], tests)).toEqual([
    "ST1 is stated in two places",
    "ST2 has no passing test",
    "ST3 has no passing test",
    "ST2 is broken: [ST2] breaks",
    "ZZ9 is stated nowhere, and marked by: [ZZ9] of old",
  ]);
  expect(ruleFaults(["ST1"], tests.slice(0, 1))).toEqual([]);
});
