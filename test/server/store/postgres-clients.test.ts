import { connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openPostgres } from "../../../src/server/store/postgres-driver.ts";
import type { SqlRow } from "../../../src/server/store/sql-driver.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { openTestPostgres } from "../support/stores.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A way to PostgreSQL; `meet` may end a connection, by its number from 1, instead of leading it there. */
async function startWay(target: URL, meet: (client: Socket, number: number) => boolean): Promise<string> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((client) => {
    count += 1;
    sockets.add(client);
    client.on("error", () => client.destroy());
    if (meet(client, count)) return;
    const upstream = connect(Number(target.port), target.hostname);
    sockets.add(upstream);
    upstream.on("error", () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(address.port);
  return url.href;
}

/** A driver whose connections can be broken: the sockets of this side, in the order of their opening. */
async function openOnWay(url: string, options?: Parameters<typeof openPostgres>[1]) {
  const clients: Socket[] = [];
  const way = await startWay(new URL(url), (client) => {
    clients.push(client);
    return false;
  });
  const driver = await openPostgres(way, options);
  cleanUps.push(driver.close);
  return { driver, clients };
}

describeWithPostgres("with PostgreSQL", () => {
  test("[L2] a connection that breaks while it is opened takes all of its transaction with it", async () => {
    const { driver, remove, url } = await openTestPostgres();
    cleanUps.push(remove);
    await driver.transaction("BEGIN", ({ query }) => query("CREATE TABLE written (n int)"));
    // The first connection looks at the settings, the second one is the transaction's.
    const way = await startWay(new URL(url), (client, number) => {
      if (number === 2) client.once("data", () => client.resetAndDestroy());
      return number === 2;
    });
    const broken = await openPostgres(way);
    cleanUps.push(broken.close);

    const writing = broken.transaction("BEGIN", ({ query }) =>
      Promise.all([1, 2, 3].map((n) => query(`INSERT INTO written VALUES (${n})`))),
    );
    await expect(writing).rejects.toMatchObject({ code: "ECONNRESET" });

    const count = ({ query }: { query: (text: string) => Promise<readonly SqlRow[]> }) =>
      query("SELECT count(*)::int AS n FROM written");
    // A second transaction of the same pool comes behind whatever the first has left.
    expect(await broken.transaction("BEGIN", count)).toEqual([{ n: 0 }]);
    expect(await driver.transaction("BEGIN", count)).toEqual([{ n: 0 }]);
  });

  test("[L16] a transaction whose connection is reset in the middle of a statement fails then, not at its limit", async () => {
    const { remove, url } = await openTestPostgres();
    cleanUps.push(remove);
    // Longer than a test may take.
    const { driver, clients } = await openOnWay(url, { transactionMsMax: 600_000 });

    const sleeping = driver.transaction("BEGIN", async ({ query }) => {
      await query("SELECT 1");
      const asleep = query("SELECT pg_sleep(600)");
      clients.at(-1)?.resetAndDestroy();
      return asleep;
    });
    await expect(sleeping).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await driver.transaction("BEGIN", ({ query }) => query("SELECT 2 AS n"))).toEqual([{ n: 2 }]);
  });

  test("[L2] what had not been sent when its connection broke is sent on no other one", async () => {
    const { driver, remove, url } = await openTestPostgres();
    cleanUps.push(remove);
    await driver.transaction("BEGIN", ({ query }) => query("CREATE TABLE written (n int)"));
    const { driver: broken, clients } = await openOnWay(url);

    const writing = broken.transaction("BEGIN", async ({ query }) => {
      await query("SELECT 1");
      // The first is asked what it takes before it is sent, and the others wait for that.
      const all = Promise.allSettled([1, 2, 3].map((n) => query("INSERT INTO written VALUES ($1)", [n])));
      clients.at(-1)?.resetAndDestroy();
      return all;
    });
    await expect(writing).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });

    const count = ({ query }: { query: (text: string) => Promise<readonly SqlRow[]> }) =>
      query("SELECT count(*)::int AS n FROM written");
    expect(await broken.transaction("BEGIN", count)).toEqual([{ n: 0 }]);
    expect(await driver.transaction("BEGIN", count)).toEqual([{ n: 0 }]);
    // One that looks at the settings, and one for each of the two transactions.
    expect(clients).toHaveLength(3);
  });

  test("[L16] a connection that answered nothing for as long as a transaction may take is used by no other", async () => {
    const { remove, url } = await openTestPostgres();
    cleanUps.push(remove);
    const { driver, clients } = await openOnWay(url, { transactionMsMax: 2_000 });
    const one = () => driver.transaction("BEGIN", ({ query }) => query("SELECT 1 AS n"));
    expect(await one()).toEqual([{ n: 1 }]);
    // The network swallows what is on this connection, its end too. New ones get through.
    clients.at(-1)?.unpipe().pause();
    await expect(one()).rejects.toThrow("no answer from PostgreSQL within 2000 ms");
    expect(await one()).toEqual([{ n: 1 }]);
    // Waking others is on the same connections, and nothing waits for it for longer either.
    clients.at(-1)?.unpipe().pause();
    await expect(driver.notify(["{}"])).rejects.toMatchObject({ code: "CONNECTION_DESTROYED" });
    expect(await one()).toEqual([{ n: 1 }]);
  });

  test("[L16] where every connection is accepted and ended at once, a transaction fails in time", async () => {
    const { remove, url } = await openTestPostgres();
    cleanUps.push(remove);
    const way = await startWay(new URL(url), (client, number) => {
      if (number > 1) client.end();
      return number > 1;
    });
    const closed = await openPostgres(way, { openMsMax: 200 });
    cleanUps.push(closed.close);
    await expect(closed.transaction("BEGIN", ({ query }) => query("SELECT 1"))).rejects.toMatchObject({
      message: expect.stringContaining("no connection to PostgreSQL within 200 ms") as string,
    });
  });
});
