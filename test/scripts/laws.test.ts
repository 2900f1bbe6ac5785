import { expect, test } from "vitest";
import { playwrightTests, proofsOf, vitestTests } from "../../scripts/laws.mjs";

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
