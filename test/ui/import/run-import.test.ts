import { describe, expect, test } from "vitest";
import type { Handled } from "../../../src/device/outbox/handle-command.ts";
import type { PlannedCommand } from "../../../src/ui/import/import-plan.ts";
import { type ImportProgress, runImport } from "../../../src/ui/import/run-import.ts";

const commands: readonly PlannedCommand[] = Array.from({ length: 250 }, (_, index) => ({
  stream: `stock/SKU-${index}`,
  command: { type: "open-stock", data: { sku: `SKU-${index}`, quantity: 1 } },
}));
const saved: Handled = { outcome: "saved", commandId: "", seq: 1 };

async function run(
  save: (size: number, batch: number) => readonly Handled[],
  stopAfter = Number.POSITIVE_INFINITY,
) {
  const seen: ImportProgress[] = [];
  const sizes: number[] = [];
  const result = await runImport(commands, {
    save: async (inputs) => {
      sizes.push(inputs.length);
      return save(inputs.length, sizes.length);
    },
    onProgress: async (progress) => {
      seen.push(progress);
    },
    stopped: () => sizes.length >= stopAfter,
  });
  return { result, seen, sizes };
}

describe("running an import", () => {
  test("commands go in batches of 100, with progress after each", async () => {
    const { result, seen, sizes } = await run((size) => Array.from({ length: size }, () => saved));
    expect(sizes).toEqual([100, 100, 50]);
    expect(seen.map(({ done }) => done)).toEqual([100, 200, 250]);
    expect(result).toMatchObject({ end: "done", total: 250, saved: 250, already: 0, failed: [] });
  });

  test("a command that a rule refuses stops no other, and is told", async () => {
    const rejected: Handled = {
      outcome: "rejected",
      rejection: { reason: "import-differs", externalRef: "1" },
    };
    const { result } = await run((size) => [
      rejected,
      { outcome: "already" },
      ...Array.from({ length: size - 2 }, () => saved),
    ]);
    expect(result).toMatchObject({ end: "done", saved: 244, already: 3 });
    expect(result.failed.map(({ command }) => command.stream)).toEqual([
      "stock/SKU-0",
      "stock/SKU-100",
      "stock/SKU-200",
    ]);
  });

  test("a full device ends it; what was saved before stays counted", async () => {
    const full: Handled = { outcome: "not-saved", why: "quota", message: "full" };
    const { result, sizes } = await run((size, batch) =>
      Array.from({ length: size }, () => (batch === 2 ? full : saved)),
    );
    expect(result).toMatchObject({ end: "quota", done: 100, saved: 100 });
    expect(sizes).toHaveLength(2);
  });

  test("it stops between two batches when somebody says so", async () => {
    const { result } = await run((size) => Array.from({ length: size }, () => saved), 1);
    expect(result).toMatchObject({ end: "stopped", done: 100, saved: 100 });
  });
});
