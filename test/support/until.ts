/** Far more than anything here takes: what never becomes so fails with words before the test's own limit. */
const turnsMax = 20_000;

/** Gives whatever is under way its turns until this is so. For what tells nobody that it is through. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let turns = 0; turns < turnsMax; turns += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("expected it to become so");
}
