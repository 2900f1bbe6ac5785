import { type ChildProcess, fork } from "node:child_process";
import { type Crew, makeCrew } from "./crew.ts";

/** What the two processes say to one another: a call by the name of a crew's method, and its answer. */
interface Call {
  readonly id: number;
  readonly method: keyof Crew;
  readonly args: readonly unknown[];
}
type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

/** A crew in a process of its own. */
export interface CrewProcess extends Crew {
  readonly pid: number;
  readonly stop: () => void;
}

/** Starts `program` with the argument `--crew`; it must call `serveCrew`. */
export function startCrewProcess(program: string): CrewProcess {
  const child = fork(program, ["--crew"], { execArgv: ["--max-old-space-size=4096"] });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  child.on("message", (answer: Answer) => {
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) caller?.reject(new Error(answer.error));
    else caller?.resolve(answer.value as never);
  });
  child.on("exit", (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`a crew ended with ${code ?? signal}`));
  });
  const call = callThrough(child, waiting);
  return {
    pid: child.pid ?? 0,
    join: (joining) => call("join", joining),
    takeOrders: (each) => call("takeOrders", each),
    open: () => call("open"),
    reconnect: (msMax) => call("reconnect", msMax),
    catchUp: (head, only) => call("catchUp", head, only),
    errors: () => call("errors"),
    stop: () => void child.kill("SIGKILL"),
  };
}

function callThrough(
  child: ChildProcess,
  waiting: Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>,
) {
  let last = 0;
  return <Value>(method: keyof Crew, ...args: readonly unknown[]): Promise<Value> =>
    new Promise<Value>((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      child.send({ id, method, args } satisfies Call);
    });
}

/** Serves a crew of this process to the one that has started it, until that one goes. */
export function serveCrew(): void {
  const crew = makeCrew();
  process.on("disconnect", () => process.exit(0));
  process.on("message", ({ id, method, args }: Call) => {
    const act = crew[method] as (...args: readonly unknown[]) => Promise<unknown>;
    act(...args).then(
      (value) => process.send?.({ id, value } satisfies Answer),
      (error: unknown) => process.send?.({ id, error: String(error) } satisfies Answer),
    );
  });
}
