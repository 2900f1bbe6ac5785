import { expect, test } from "vitest";
import { keptBuilds } from "../../support/kept-builds.ts";
import { parseOptions } from "./options.ts";

const known = ["W1", "W4", "U1"];

test("without options all works run in full", () => {
  expect(parseOptions([], known)).toEqual({
    outcome: "options",
    options: { only: known, quick: false, profile: false, million: false },
  });
});

test("works are named in any order and case, and run in the order of the list, each once", () => {
  const parsed = parseOptions(["--only", "u1, W4,u1"], known);
  expect(parsed).toMatchObject({ options: { only: ["W4", "U1"] } });
});

test("a file, a kept build, and the two switches are taken", () => {
  const [build] = keptBuilds;
  const parsed = parseOptions(["--json", "a.json", "--against", build, "--quick", "--profile"], known);
  expect(parsed).toMatchObject({ options: { json: "a.json", against: build, quick: true, profile: true } });
});

test.each([
  ["an option that there is not", ["--fast"], "--fast"],
  ["an option without its value", ["--json"], "--json"],
  ["a word without an option", ["W4"], "W4"],
  ["a work that there is not", ["--only", "W4,W99"], "W99: no such work, there are W1, W4, U1"],
  ["no work", ["--only", ""], "no such work"],
  ["a quick run of a million events", ["--quick", "--million"], "--million: no quick run"],
  ["a build that is not kept", ["--against", "1999"], `kept are ${keptBuilds.join(", ")}`],
])("%s is named as wrong", (_, args, named) => {
  const parsed = parseOptions(args, known);
  expect(parsed).toMatchObject({ outcome: "wrong", message: expect.stringContaining(named) });
});
