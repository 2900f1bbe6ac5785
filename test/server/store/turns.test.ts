import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { makeTurns, type Turns } from "../../../src/server/store/turns.ts";
import { createDatabase } from "../../support/create-database.ts";
import { describeWithPostgres, untilOneWaits } from "../../support/with-postgres.ts";
import { newOrder } from "../support/commands.ts";
import {
  joinAs,
  startCheckedServer,
  startWorkspace,
  type TestDevice,
  testConfig,
} from "../support/test-server.ts";

describe("turns", () => {
  test("go one after another for one key, whatever becomes of them, and beside one another for others", async () => {
    const turns = makeTurns({ waitingMax: 10, waitMsMax: 1_000 });
    const begun: string[] = [];
    const first = await holdTurn(turns, "a");
    const second = turns.take("a", async () => void begun.push("a2"));
    await turns.take("b", async () => void begun.push("b1"));
    expect(begun).toEqual(["b1"]);
    first.fail(new Error("expected"));
    await expect(first.ended).rejects.toThrow("expected");
    await second;
    expect(begun).toEqual(["b1", "a2"]);
  });

  test("[L16] have a limit for each key: one more fails at once, and later there is room again", async () => {
    const turns = makeTurns({ waitingMax: 2, waitMsMax: 1_000 });
    const held = await holdTurn(turns, "a");
    const waiting = turns.take("a", async () => "waited");
    await expect(turns.take("a", async () => "too many")).rejects.toMatchObject({ name: "StoreUnavailable" });
    expect(await turns.take("b", async () => "another")).toBe("another");
    held.finish();
    expect(await waiting).toBe("waited");
    expect(await turns.take("a", async () => "again")).toBe("again");
  });

  test("[L16] that come too late are not taken: nobody waits for their answer any more", async () => {
    let nowMs = 0;
    const turns = makeTurns({ waitingMax: 10, waitMsMax: 1_000 }, () => nowMs);
    const held = await holdTurn(turns, "a");
    const worked: string[] = [];
    const early = turns.take("a", async () => void worked.push("too late"));
    const refused = expect(early).rejects.toMatchObject({ name: "StoreUnavailable" });
    nowMs = 1_001;
    const late = turns.take("a", async () => void worked.push("in time"));
    held.finish();
    await refused;
    await late;
    expect(worked).toEqual(["in time"]);
  });
});

/** Takes a turn and keeps it until told. */
async function holdTurn(turns: Turns, key: string) {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let finish = () => {};
  let fail = (_error: Error) => {};
  const ended = turns.take(key, () => {
    begin();
    return new Promise<void>((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
  });
  await begun;
  return { ended, finish: () => finish(), fail: (error: Error) => fail(error) };
}

describeWithPostgres("pushes of a whole fleet on PostgreSQL", (serverUrl) => {
  test("[L16] (more than there are connections) that wait for their workspace keep nobody from reading, in theirs and in others", async () => {
    await whileLocked(serverUrl, async ({ server, owner, reps, untilThenFreed }) => {
      const other = await startWorkspace(server, "Another shop");
      const pushes = reps.flatMap((rep) =>
        [1, 2, 3, 4].map((seq) => rep.push(newOrder(seq, rep.joined.device.code))),
      );
      await untilThenFreed(async () => {
        for (let reads = 0; reads < 5; reads += 1) expect((await owner.mustSync()).head).toBe(1);
        expect((await other.push(newOrder(1))).map(({ outcome }) => outcome)).toEqual(["accepted"]);
      });
      const verdicts = (await Promise.all(pushes)).flat();
      expect(verdicts.filter(({ outcome }) => outcome === "accepted")).toHaveLength(12);
    });
  });

  test("[L16] what devices give back to a restored server waits in the same way, and keeps nobody from reading", async () => {
    await whileLocked(serverUrl, async ({ owner, reps, untilThenFreed }) => {
      const { events } = await owner.mustSync();
      const payload = { common: cursorStart, head: 1, commands: [{ events }] };
      const given = reps.flatMap((rep) =>
        [1, 2, 3, 4].map(() => rep.ask({ method: "POST", url: "/v1/resupply", payload })),
      );
      await untilThenFreed(async () => {
        for (let reads = 0; reads < 5; reads += 1) expect((await owner.mustSync()).head).toBe(1);
      });
      for (const answer of await Promise.all(given))
        expect(answer.json()).toMatchObject({ results: [{ outcome: "known" }], head: 1 });
    });
  });
});

/** What a workspace of one order and three reps is, while somebody holds its counter. */
interface Locked {
  readonly server: RunningServer;
  readonly owner: TestDevice;
  readonly reps: readonly TestDevice[];
  /** Waits until a statement waits for the counter, does this meanwhile, and lets the counter go. */
  readonly untilThenFreed: (meanwhile: () => Promise<void>) => Promise<void>;
}

async function whileLocked(serverUrl: string, work: (locked: Locked) => Promise<void>): Promise<void> {
  const database = await createDatabase(serverUrl);
  const server = await startCheckedServer({ ...testConfig, databaseUrl: database.url }, { clientDir: null });
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    const owner = await startWorkspace(server);
    await owner.push(newOrder(1));
    const reps = await Promise.all(["rep", "rep", "rep"].map(() => joinAs(server, owner, "rep")));
    await sql`BEGIN`;
    await sql`SELECT 1 FROM docket.workspaces WHERE workspace = ${owner.joined.workspace.id} FOR UPDATE`;
    const untilThenFreed = async (meanwhile: () => Promise<void>) => {
      await untilOneWaits(database.url);
      await meanwhile();
      await sql`COMMIT`;
    };
    await work({ server, owner, reps, untilThenFreed });
  } finally {
    await sql.end();
    await server.stop();
    await database.drop();
  }
}
