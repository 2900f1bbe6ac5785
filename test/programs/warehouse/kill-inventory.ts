import { startWorkspaceAt } from "../../support/protocol-client.ts";
import type { RunningDocket } from "../../support/start-docket.ts";
import { startServices } from "../../support/start-services.ts";
import { type BookReport, checkBook } from "./check-book.ts";
import { holdCheckpoints } from "./hold-checkpoints.ts";
import { makeSeller } from "./sell.ts";

/** Its result. */
export interface KillReport extends BookReport {
  readonly kills: number;
}

/**
 * Kills inventory between its effect and its checkpoint, so many times: a round of orders, the transaction held when its
 * events are written and its position is not, kill -9, and a new process. Then the book is held against the log.
 */
export async function killInventory(
  docket: RunningDocket,
  databaseUrl: string,
  times: number,
): Promise<KillReport> {
  const client = await startWorkspaceAt(docket.url);
  const workspace = client.joined.workspace.id;
  const seller = makeSeller(client, times);
  const held = await holdCheckpoints(databaseUrl);
  const services = await startServices(databaseUrl);
  try {
    await seller.openStock(100);
    for (let round = 0; round < times; round += 1) {
      // Held, it holds the workspace's counter too: nothing else is under way when the orders are sent.
      await held.untilRead(workspace);
      const release = await held.hold();
      await seller.sell(5);
      await held.untilHeld();
      await services.kill();
      await release();
      await services.restart();
    }
    await held.untilRead(workspace);
    return { kills: times, ...(await checkBook(databaseUrl, workspace)) };
  } finally {
    await services.stop();
    await held.close();
  }
}
