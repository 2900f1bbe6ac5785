/**
 * Ends the process by SIGTERM or SIGINT: takes the steps in their order, each also after one that failed (the last
 * spans leave also when a database did not close). Exits with 0, or with 1 when a step failed; `report` gets each
 * error.
 */
export function endOnSignal(
  steps: readonly (() => Promise<void>)[],
  report: (error: unknown) => void,
  program: Pick<NodeJS.Process, "on" | "exit"> = process,
): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    let code = 0;
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        code = 1;
        report(error);
      }
    }
    program.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) program.on(signal, () => void stop());
}
