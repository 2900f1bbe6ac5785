import { parseArgs } from "node:util";
import { type KeptBuild, keptBuilds } from "../../support/kept-builds.ts";

/** What a person asked for on the command line. */
export interface BenchOptions {
  /** The ids of the works, in the order of the list of works. */
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly json?: string;
  readonly against?: KeptBuild;
  readonly profile: boolean;
  /** Growth is measured up to a million events. */
  readonly million: boolean;
}

/** The options, or what is wrong with them. */
export type ParsedOptions =
  | { readonly outcome: "options"; readonly options: BenchOptions }
  | { readonly outcome: "wrong"; readonly message: string };

/** Reads the command line; `known` are the ids of all works. */
export function parseOptions(args: readonly string[], known: readonly string[]): ParsedOptions {
  let values: ReturnType<typeof parseRaw>;
  try {
    values = parseRaw(args);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const { only, quick, json, against, profile, million } = values;
  const ids = only === undefined ? known : only.split(",").map((id) => id.trim().toUpperCase());
  const strangers = ids.filter((id) => !known.includes(id));
  if (strangers.length > 0)
    return wrong(`--only ${strangers.join()}: no such work, there are ${known.join(", ")}`);
  const build = keptBuilds.find((name) => name === against);
  if (against !== undefined && build === undefined)
    return wrong(`--against ${against}: no such build, kept are ${keptBuilds.join(", ")}`);
  if (quick && million) return wrong("--million: no quick run has so many events");
  const options: BenchOptions = {
    only: known.filter((id) => ids.includes(id)),
    quick,
    profile,
    million,
    ...(json === undefined ? {} : { json }),
    ...(build === undefined ? {} : { against: build }),
  };
  return { outcome: "options", options };
}

/** @throws TypeError on an option that there is not, or one without its value. */
function parseRaw(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      against: { type: "string" },
      profile: { type: "boolean", default: false },
      million: { type: "boolean", default: false },
    },
  }).values;
}

function wrong(message: string): ParsedOptions {
  return { outcome: "wrong", message };
}
