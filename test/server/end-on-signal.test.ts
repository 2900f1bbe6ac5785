import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { endOnSignal } from "../../src/server/end-on-signal.ts";

/** A process that does not end: it tells with which code it would have. */
function makeProgram() {
  const signals = new EventEmitter();
  const codes: unknown[] = [];
  const exit = (code?: number | string | null): never => {
    codes.push(code);
    signals.emit("exited");
    return undefined as never;
  };
  const exited = new Promise<void>((resolve) => signals.once("exited", resolve));
  const program = Object.assign(signals, { exit }) as unknown as Pick<NodeJS.Process, "on" | "exit">;
  return { program, signals, codes, exited };
}

test("a signal ends the process after every step, in order", async () => {
  const { program, signals, codes, exited } = makeProgram();
  const taken: string[] = [];
  const steps = ["server", "telemetry"].map((name) => async () => void taken.push(name));
  endOnSignal(steps, () => taken.push("fault"), program);
  signals.emit("SIGTERM");
  signals.emit("SIGINT");
  await exited;
  expect(taken).toEqual(["server", "telemetry"]);
  expect(codes).toEqual([0]);
});

test("a step that fails is told, the ones after it are taken, and the exit code says so", async () => {
  const { program, signals, codes, exited } = makeProgram();
  const taken: unknown[] = [];
  const broken = new Error("the database did not close");
  endOnSignal(
    [() => Promise.reject(broken), async () => void taken.push("telemetry")],
    (error) => taken.push(error),
    program,
  );
  signals.emit("SIGTERM");
  await exited;
  expect(taken).toEqual([broken, "telemetry"]);
  expect(codes).toEqual([1]);
});
