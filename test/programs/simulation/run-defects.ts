import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vite";
import { type Defect, defects } from "./defects.ts";

/**
 * `npm run defects [-- --seeds 400] [--only <words>]`: plants one deliberate mistake after the other into a copy of
 * the sources, and plays seeds until the laws catch it. Prints how many seeds each took; exits 1 when one escapes, or
 * when a place in the sources is no longer there.
 */
interface Caught {
  readonly name: string;
  /** Undefined: it escaped. */
  readonly seeds?: number;
  readonly law?: string;
  readonly what?: string;
}

/** A run that takes this long hangs, which no unbroken run does: that is caught too. */
const hangMs = 900_000;

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "400" }, only: { type: "string", default: "" } },
});
const chosen = defects.filter(({ name }) => name.includes(values.only));
const folder = resolve("node_modules/.cache/defects");
mkdirSync(folder, { recursive: true });

const results: Caught[] = [];
let next = 0;
await Promise.all(
  [0, 1].map(async () => {
    while (next < chosen.length) {
      const index = next;
      next += 1;
      const defect = chosen[index];
      if (defect === undefined) continue;
      const caught = await hunt(defect, resolve(folder, `${process.pid}-${index}`));
      results.push(caught);
      say(caught);
    }
  }),
);
const escaped = results.filter(({ seeds }) => seeds === undefined).length;
console.log(`${results.length} defects, ${results.length - escaped} caught, ${escaped} escaped`);
process.exitCode = escaped > 0 ? 1 : 0;

function say({ name, seeds, law, what }: Caught): void {
  const found = seeds === undefined ? "ESCAPED" : `${String(seeds).padStart(4)} seeds  ${law}`;
  console.log(`${name.padEnd(84)} ${found}`);
  if (what !== undefined) console.log(`    ${what.slice(0, 160)}`);
}

async function hunt(defect: Defect, outDir: string): Promise<Caught> {
  try {
    await buildWith(defect, outDir);
    return { name: defect.name, ...(await play(resolve(outDir, "main.js"))) };
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
              `expected the place of "${defect.name}" once in ${defect.file}, found another number`,
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

function play(program: string): Promise<Omit<Caught, "name">> {
  return new Promise((done) => {
    const args = [program, "--seeds", values.seeds, "--jobs", "1", "--until-caught", "--json"];
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
