/** A CPU profile as V8 writes it: Chromium's `Profiler.stop`, and Node's inspector. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber?: number;
    };
  }[];
  readonly samples?: readonly number[];
  /** Microseconds between each sample and the one before it. */
  readonly timeDeltas?: readonly number[];
}

/** A function, the time spent in itself, and its share of all time that was not idle. */
export interface TopFunction {
  readonly name: string;
  readonly selfMs: number;
  readonly share: number;
}

/** Where a function stands in the sources, if that is known; its line and column count from 0. */
export type FindSource = (frame: CpuProfile["nodes"][number]["callFrame"]) => string | undefined;

/** The functions that most time was spent in, the most first; idle time is no function. */
export function topFunctions(
  profile: CpuProfile,
  count: number,
  findSource: FindSource = () => undefined,
): readonly TopFunction[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const selfMs = new Map<string, number>();
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const frame = nodes.get(id);
    if (frame === undefined || frame.functionName === "(idle)") continue;
    const name = nameOf(frame, findSource);
    selfMs.set(name, (selfMs.get(name) ?? 0) + (profile.timeDeltas?.[index] ?? 0) / 1000);
  }
  const all = [...selfMs.values()].reduce((sum, ms) => sum + ms, 0);
  return [...selfMs]
    .map(([name, ms]) => ({ name, selfMs: ms, share: all === 0 ? 0 : ms / all }))
    .sort((one, other) => other.selfMs - one.selfMs)
    .slice(0, count);
}

function nameOf(frame: CpuProfile["nodes"][number]["callFrame"], findSource: FindSource): string {
  const name = frame.functionName || "(anonymous)";
  if (frame.url === "") return name;
  return `${name} ${findSource(frame) ?? `${frame.url.split("/").at(-1)}:${frame.lineNumber + 1}`}`;
}
