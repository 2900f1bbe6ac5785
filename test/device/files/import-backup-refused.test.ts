import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkBackup } from "../../../src/device/files/import-backup.ts";
import { listOutbox } from "../../../src/device/views/queries.ts";
import { uuid } from "../../domain/builders.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { addLine, startOrder } from "../support/a-device.ts";
import { exported, resealed } from "../support/backup-files.ts";

describe("a file that does not fit is refused, and nothing is changed", () => {
  async function refusals() {
    const { join } = await aFleet();
    const rep = await join("rep");
    const { stream } = await startOrder(rep.device);
    await addLine(rep.device, stream, { name: "Chai" });
    return { rep, text: await exported(rep.device), again: await join("rep") };
  }

  test("[L15] another business's, by its name", async () => {
    const { text, again } = await refusals();
    const other = text.replace(/"workspace":\{"id":"[^"]+"/, `"workspace":{"id":"${uuid(77)}"`);
    expect(await checkBackup(again.device, resealed(other))).toEqual({
      outcome: "other-workspace",
      name: "Quay Street Foods",
    });
  });

  test("cut short anywhere, or with any letter changed", async () => {
    const { text, again } = await refusals();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 2), fc.boolean(), async (at, isCut) => {
        const letter = text[at] === "x" ? "y" : "x";
        const broken = isCut ? text.slice(0, at) : text.slice(0, at) + letter + text.slice(at + 1);
        expect((await checkBackup(again.device, broken)).outcome).not.toBe("ready");
      }),
      { numRuns: 60 },
    );
    expect(await listOutbox(again.device.db)).toEqual([]);
  });

  test.each([
    ["a command of another kind of thing", /"stream":"order\//, '"stream":"customer/', "newer"],
    ["a command that this build does not know", /"type":"add-line"/, '"type":"add-gift"', "newer"],
    ["a quantity that is none", /"quantity":2/, '"quantity":"many"', "damaged"],
    ["a newer file", '"format":2', '"format":3', "newer"],
    ["no backup file", '"docket":"backup"', '"docket":"other"', "not-a-backup"],
  ])("%s", async (_what, from, to, outcome) => {
    const { text, again } = await refusals();
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(await checkBackup(again.device, resealed(changed))).toMatchObject({ outcome });
  });

  test("the same command twice", async () => {
    const { text, again } = await refusals();
    const [header, first, ...rest] = text.split("\n");
    const twice = [header, first, first, ...rest].join("\n");
    expect(await checkBackup(again.device, resealed(twice))).toMatchObject({ outcome: "damaged", line: 3 });
  });
});
