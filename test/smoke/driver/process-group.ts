import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** A program in a process group of its own, so that all that it starts can be killed with it, and nothing else. */
export interface ProcessGroup {
  /** Its first process. `stdio[3]` is a pipe that goes both ways. */
  readonly child: ChildProcess;
  /** All that it has printed so far. */
  readonly output: () => string;
  /** Processes of the group that are there: a zombie is gone, only its parent's notice is missing. */
  readonly members: () => readonly GroupMember[];
  /** Waits until nothing of the group is left; throws after 20 s. */
  readonly ended: () => Promise<void>;
  /** kill -9 of all of it; resolves when all of it is gone. */
  readonly kill: () => Promise<void>;
}

interface GroupMember {
  readonly pid: number;
  /** What the kernel calls it: 15 letters at most. */
  readonly name: string;
}

const goneMsMax = 20_000;

/** Starts a program as the first of its group. Whatever ends this process kills the group too: Ctrl-C, a failed test. */
export function startGroup(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ProcessGroup {
  let output = "";
  const child = spawn(program, args, { detached: true, env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  child.on("error", (error) => (output += `${program} did not start: ${error.message}`));
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const members = () => (child.pid === undefined ? [] : membersOf(child.pid));
  const signal = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nothing of it is left.
    }
  };
  process.once("exit", signal);
  const ended = async () => {
    const deadline = Date.now() + goneMsMax;
    while (members().length > 0) {
      if (Date.now() > deadline)
        throw new Error(`still there: ${members().map(({ name }) => name)}\n${output}`);
      await delay(10);
    }
    process.off("exit", signal);
  };
  return {
    child,
    output: () => output,
    members,
    ended,
    kill: () => {
      signal();
      return ended();
    },
  };
}

function membersOf(group: number): readonly GroupMember[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const stat = statOf(pid);
      return stat?.group === group && stat.state !== "Z" ? [{ pid: Number(pid), name: stat.name }] : [];
    });
}

/** The fields after the name, which is in brackets and may hold anything. */
function statOf(pid: string) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = text.lastIndexOf(")");
    const [state, , group] = text.slice(end + 2).split(" ");
    return { name: text.slice(text.indexOf("(") + 1, end), state, group: Number(group) };
  } catch {
    // It has just gone.
    return undefined;
  }
}
