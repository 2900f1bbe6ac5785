import { spawn } from "node:child_process";
import { expect, test } from "vitest";

/** How many seeds CI plays; any number by hand: `npm run simulate -- --seeds 2000`. */
const seedsInCi = 100;

interface Figures {
  readonly seeds: number;
  readonly failed: number;
  readonly checks: number;
  readonly caught: readonly { readonly seed: number; readonly law: string; readonly what: string }[];
  readonly fired: Readonly<Record<string, number>>;
  readonly quiet: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Plays seeds in a process of its own: the simulation takes over time and timers. */
function simulate(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly figures: Figures }> {
  return new Promise((resolve, reject) => {
    const program = ["scripts/run-ts.mjs", "test/simulation/main.ts", "--json", ...args];
    const child = spawn(process.execPath, program, { stdio: ["ignore", "pipe", "inherit"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const line = Buffer.concat(chunks)
        .toString()
        .split("\n")
        .find((text) => text.startsWith("{"));
      if (line === undefined) reject(new Error(`expected figures, found nothing (exit code ${code})`));
      else resolve({ code, figures: JSON.parse(line) as Figures });
    });
  });
}

const hangMs = 600_000;

test(
  "[L1] [L4] [L5] [L6] [L7] [L8] [L9] [L11] [L12] [L14] whole worlds under chosen faults come to rest within 180 s and keep every law",
  async () => {
    const { code, figures } = await simulate("--seeds", String(seedsInCi));
    expect(figures.caught).toEqual([]);
    expect(figures).toMatchObject({ seeds: seedsInCi, failed: 0 });
    expect(figures.checks).toBeGreaterThan(seedsInCi * 50);
    expect(figures.quiet.max).toBeLessThanOrEqual(180);
    expect(Object.entries(figures.fired).filter(([, times]) => times === 0)).toEqual([]);
    expect(code).toBe(0);
  },
  hangMs,
);
