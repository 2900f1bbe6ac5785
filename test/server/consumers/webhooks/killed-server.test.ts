import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newId } from "../../../../src/protocol/ids.ts";
import type { SubscriptionWithSecret } from "../../../../src/protocol/subscription-messages.ts";
import type { SyncResponse } from "../../../../src/protocol/sync-messages.ts";
import { placeEmptyCluster } from "../../../support/empty-cluster.ts";
import { fired } from "../../../support/fired.ts";
import { drafted, lineAdded, makeOrderHand, placed, someTime } from "../../support/commands.ts";
import { firstArrivals, type Reaction, startReceiver } from "../../support/receiver.ts";
import { drawToken } from "../../support/test-server.ts";

/** Two servers are built and started in it: only a test that hangs takes this long. */
const hungMs = 240_000;

let home: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "docket-webhooks-"));
});
afterEach(async () => {
  await kill();
  rmSync(home, { recursive: true, force: true });
});

/** Starts a server on the test's data folder, its clock so far ahead, and answers where it is. */
async function start(aheadMs: number): Promise<string> {
  const env = {
    ...process.env,
    PORT: "0",
    DATA_DIR: join(home, "data"),
    SETUP_CODE: "SETUP-CODE",
    LOG_LEVEL: "silent",
    WEBHOOK_ALLOW_PRIVATE: "true",
    CLOCK_AHEAD_MS: String(aheadMs),
  };
  const args = [resolve("scripts/run-ts.mjs"), "test/server/support/webhook-server.ts"];
  const started = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  child = started;
  for await (const line of createInterface({ input: started.stdout })) {
    const url = /^ready (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error("expected a server, found that it has ended");
}

/** kill -9. */
async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function ask<Answer>(url: string, token: string, path: string, body: object): Promise<Answer> {
  const headers = {
    "docket-protocol": "1",
    "content-type": "application/json",
    authorization: `Bearer ${token}`,
  };
  const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`expected an answer, found ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

test(
  "a server that is killed while it sends: started again, it sends everything, in order, what was on its way under the same ids",
  async () => {
    await placeEmptyCluster(join(home, "data"));
    // Nobody is answered until the server was killed: so it dies with requests under way.
    let reaction: Reaction = "never";
    let heard = () => {};
    const receiver = await startReceiver(
      () => reaction,
      () => heard(),
    );
    const arrivals = (count: number) =>
      new Promise<void>((enough) => {
        heard = () => {
          if (receiver.arrived.length >= count) enough();
        };
        heard();
      });
    try {
      const token = drawToken();
      const first = await start(0);
      const device = { id: newId(), name: "Office", token };
      await ask(first, token, "/v1/workspaces", { setupCode: "SETUP-CODE", name: "Shop", device });
      const wanted = { url: receiver.url("/hook"), mode: "state", types: ["order-drafted", "order-placed"] };
      const { secret } = await ask<SubscriptionWithSecret>(first, token, "/v1/subscriptions", wanted);
      receiver.know("/hook", secret);
      const hands = [1, 2, 3].map(() => makeOrderHand());
      const commands = hands.flatMap((hand, index) => [
        hand.command(2 * index + 1, drafted(`K9-${index + 1}`), lineAdded("TEA")),
        hand.command(2 * index + 2, placed(hand)),
      ]);
      const sync = { cursor: null, lastSeq: 0, now: someTime, commands };
      const answer = await ask<SyncResponse>(first, token, "/v1/sync", sync);
      expect(answer.verdicts.map(({ outcome }) => outcome)).toEqual(commands.map(() => "accepted"));

      await arrivals(hands.length);
      await kill();
      fired(38, import.meta.url);
      const underWay = receiver.arrived.map(({ webhookId }) => webhookId);
      reaction = { answer: 200 };
      await start(60_000);
      await arrivals(hands.length + commands.length);

      expect(receiver.faults).toEqual([]);
      const expected = hands.map(({ stream }): [string, readonly string[]] => [
        stream,
        answer.events
          .filter(({ stream: of, type }) => of === stream && wanted.types.includes(type))
          .map(({ id }) => id),
      ]);
      expect(firstArrivals(receiver.arrived, "/hook")).toEqual(new Map(expected));
      const again = receiver.arrived.slice(hands.length).map(({ webhookId }) => webhookId);
      expect(again).toEqual(expect.arrayContaining(underWay));
      expect(new Set(again).size).toBe(commands.length);
    } finally {
      await receiver.close();
    }
  },
  hungMs,
);
