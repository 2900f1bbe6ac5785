import { expect, test } from "vitest";
import { faultRows, printFaults } from "../../scripts/faults.mjs";

const everyFault = Array.from({ length: 40 }, (_, index) => index + 1);
const happened = everyFault.map((fault) => ({ fault, file: "a.test.ts", times: 1 }));

test("each of the forty faults is asked for, its times added up over the files that made it happen", () => {
  const rows = faultRows([...happened, { fault: 3, file: "b.test.ts", times: 4 }]);
  expect(rows.map(({ fault }) => fault)).toEqual(everyFault);
  expect(rows[2]).toMatchObject({ times: 5, files: ["a.test.ts", "b.test.ts"] });
});

test("a fault that never happened fails the run", () => {
  expect(printFaults(faultRows(happened))).toBe(true);
  expect(printFaults(faultRows(happened.filter(({ fault }) => fault !== 14)))).toBe(false);
});
