import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { fired } from "../../support/fired.ts";
import { namedSeeds } from "./named-seeds.ts";

/** How many seeds CI plays; any number by hand: `npm run simulate -- --seeds 2000`. */
const seedsInCi = 500;

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
    const program = ["scripts/run-ts.mjs", "test/programs/simulation/main.ts", "--json", ...args];
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

/** Which of the forty faults each of the simulation's own stands for. */
const faultNumbers: Readonly<Record<string, number>> = {
  "crash-while-saving": 1,
  "crash-browser": 2,
  "abort-commit": 3,
  "disk-full": 4,
  "clear-site-data": 5,
  "connection-dies": 6,
  "two-tabs-save": 8,
  "worker-wake": 9,
  "freeze-tab": 10,
  "crash-in-flight": 11,
  "clone-profile": 12,
  "set-disk-back": 13,
  "answer-lost": 14,
  "captive-portal": 21,
  "server-busy": 22,
  "online-lies": 23,
  "flapping-link": 24,
  "hint-lost": 25,
  "server-crash-after": 26,
  "restore-server": 30,
  "clock-jumps": 32,
  "reduce-role": 34,
};

/** How long before it counts as hung: half an hour of a slow core beside others. */
const hangMs = 1_800_000;

test(
  "[L1] [L4] [L5] [L6] [L7] [L8] [L9] [L11] [L12] [L14] whole worlds under chosen faults come to rest within 180 s and keep every law",
  async () => {
    const { code, figures } = await simulate("--seeds", String(seedsInCi));
    expect(figures.caught).toEqual([]);
    expect(figures).toMatchObject({ seeds: seedsInCi, failed: 0 });
    expect(figures.checks).toBeGreaterThan(seedsInCi * 50);
    expect(figures.quiet.max).toBeLessThanOrEqual(180);
    expect(Object.entries(figures.fired).filter(([, times]) => times === 0)).toEqual([]);
    for (const [kind, number] of Object.entries(faultNumbers))
      fired(number, import.meta.url, figures.fired[kind] ?? 0);
    expect(code).toBe(0);
  },
  hangMs,
);

test(
  "[L2] [L8] [L9] the seeds that once broke a law keep it",
  async () => {
    const { code, figures } = await simulate("--only", Object.values(namedSeeds).join());
    expect(figures.caught).toEqual([]);
    expect(figures.seeds).toBe(Object.keys(namedSeeds).length);
    expect(code).toBe(0);
  },
  hangMs,
);
