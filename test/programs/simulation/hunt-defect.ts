import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "vite";
import type { Defect } from "./defects.ts";

/** What became of a planted defect: after how many seeds which law caught it. */
export interface Caught {
  readonly name: string;
  /** Undefined: it escaped. */
  readonly seeds?: number;
  readonly law?: string;
  readonly what?: string;
}

/** A run that takes this long hangs, which no unbroken run does: that is caught too. */
const hangMs = 900_000;

const folder = resolve("node_modules/.cache/defects");

/**
 * Plants a defect into a copy of the sources, and plays seeds from the first on, at most so many, until a law catches it.
 * @throws Error where its line is not in the sources once, or they are no part of the simulation.
 */
export async function huntDefect(defect: Defect, seedsMax: number): Promise<Caught> {
  mkdirSync(folder, { recursive: true });
  const outDir = mkdtempSync(`${folder}/`);
  try {
    await buildWith(defect, outDir);
    return { name: defect.name, ...(await play(resolve(outDir, "main.js"), seedsMax)) };
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

async function buildWith(defect: Defect, outDir: string): Promise<void> {
  const file = resolve(defect.file);
  let planted = false;
  await build({
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "plant",
        enforce: "pre",
        transform(code, id) {
          if (id !== file) return undefined;
          if (code.split(defect.from).length !== 2)
            throw new Error(
              `expected the line of "${defect.name}" once in ${defect.file}, found another number`,
            );
          planted = true;
          return { code: code.replace(defect.from, () => defect.to), map: null };
        },
      },
    ],
    build: {
      ssr: "test/programs/simulation/main.ts",
      outDir,
      target: "node20",
      rolldownOptions: { output: { entryFileNames: "main.js" } },
    },
    ssr: { external: true },
  });
  if (!planted) throw new Error(`expected ${defect.file} to be part of the simulation, for "${defect.name}"`);
}

function play(program: string, seedsMax: number): Promise<Omit<Caught, "name">> {
  return new Promise((done) => {
    const args = [program, "--seeds", String(seedsMax), "--jobs", "1", "--until-caught", "--json"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    const guard = setTimeout(() => child.kill("SIGKILL"), hangMs);
    child.on("close", (code, signal) => {
      clearTimeout(guard);
      // Out of time is not caught, whether it hung or played on without a violation.
      if (signal !== null) return done({ what: `nothing was caught within ${hangMs / 1_000} s` });
      const text = Buffer.concat(chunks).toString();
      if (code === 2 || text === "") return done({ seeds: 0, law: "L2", what: "the run ends with an error" });
      const said = JSON.parse(text) as {
        readonly seeds: number;
        readonly caught: readonly { readonly law: string; readonly what: string }[];
      };
      const [first] = said.caught;
      done(first === undefined ? {} : { seeds: said.seeds, law: first.law, what: first.what });
    });
  });
}
