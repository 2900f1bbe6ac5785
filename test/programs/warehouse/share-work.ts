import { setTimeout as delay } from "node:timers/promises";
import { clientOf, startWorkspaceAt } from "../../support/protocol-client.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";
import { type BookReport, checkBook } from "./check-book.ts";
import { holdCheckpoints } from "./hold-checkpoints.ts";
import { makeSeller } from "./sell.ts";

/** Its result. Times in seconds; `lagMax` in events. */
export interface ShareReport extends BookReport {
  readonly kills: number;
  readonly sold: number;
  readonly tookS: number;
  readonly caughtUpS: number;
}

/** So many orders are sent with one request. */
const batch = 50;

/**
 * Several server processes share one PostgreSQL and the consumers' work, while one after the other is killed. Whoever
 * sells goes to the next one when the one it asked is gone, and asks again (L4).
 */
export async function shareWork(
  databaseUrl: string,
  plan: {
    readonly orders: number;
    readonly servers: number;
    /** After so many orders the next server is killed, while the selling goes on. */
    readonly killEvery: number;
    readonly say: (text: string) => void;
  },
): Promise<ShareReport> {
  const env = { DATABASE_URL: databaseUrl, LOG_LEVEL: "fatal" };
  const servers: RunningDocket[] = [];
  for (let n = 0; n < plan.servers; n += 1) servers.push(await startDocket(env));
  const [first] = servers;
  if (first === undefined) throw new Error("expected at least one server");
  const owner = await startWorkspaceAt(first.url);
  const workspace = owner.joined.workspace.id;
  const held = await holdCheckpoints(databaseUrl);
  const clients = servers.map(({ url }) => clientOf(url, owner.token, owner.joined));
  let turn = 0;
  let retried = 0;
  const client = {
    ...owner,
    push: async (commands: Parameters<typeof owner.push>[0]) => {
      for (;;) {
        turn += 1;
        try {
          const verdicts = await (clients[turn % clients.length] ?? owner).push(commands);
          // What came again was accepted before its server died.
          return verdicts.map((verdict) =>
            verdict.outcome === "duplicate" ? { ...verdict, outcome: "accepted" as const } : verdict,
          );
        } catch {
          retried += 1;
          if (retried > 10_000) throw new Error("expected a server to answer");
          await delay(100);
        }
      }
    },
  };
  const seller = makeSeller(client, 7);
  let kills = 0;
  const kill = async (victim: RunningDocket | undefined) => {
    await victim?.kill();
    await victim?.restart();
  };
  let killing = Promise.resolve();
  try {
    const startedMs = Date.now();
    await seller.openStock(500);
    let sold = 0;
    while (sold < plan.orders) {
      if (sold >= (kills + 1) * plan.killEvery) {
        const victim = servers[kills % servers.length];
        kills += 1;
        killing = killing.then(() => kill(victim));
      }
      sold += await seller.sell(Math.min(batch, plan.orders - sold));
      if (sold % (batch * 20) === 0) plan.say(`${sold} orders, ${kills} kills`);
    }
    const soldMs = Date.now();
    await killing;
    await held.untilRead(workspace);
    const report = await checkBook(databaseUrl, workspace);
    const tookS = (soldMs - startedMs) / 1000;
    return { kills, sold, tookS, caughtUpS: (Date.now() - soldMs) / 1000, ...report };
  } finally {
    await killing;
    await held.close();
    for (const server of servers) await server.stop();
  }
}
