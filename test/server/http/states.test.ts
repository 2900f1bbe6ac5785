import { expect, test } from "vitest";
import type { StatesPage } from "../../../src/protocol/states-messages.ts";
import { newOrder } from "../support/commands.ts";
import { startTestServer, startWorkspace } from "../support/test-server.ts";

test("a log that has grown long is given out as states, in the background made, and as text that is compressed", async () => {
  const server = await startTestServer({ states: { from: 5, behindMax: 1 } });
  try {
    const owner = await startWorkspace(server);
    const ask = (query: string) => owner.ask({ method: "GET", url: `/v1/states?${query}` });
    expect((await ask("part=now")).statusCode).toBe(404);
    await owner.push(...Array.from({ length: 8 }, (_, index) => newOrder(index + 1)));
    let answer = await ask("part=now");
    for (let turns = 0; answer.statusCode === 404 && turns < 1_000; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      answer = await ask("part=now");
    }
    const page = answer.json<StatesPage>();
    expect(page).toMatchObject({ position: 8, counts: { now: 8, past: 0 } });
    expect(page.states).toHaveLength(8);
    const after = encodeURIComponent(page.next ?? "");
    expect((await ask(`part=now&after=${after}`)).json()).toMatchObject({ states: [], next: null });
  } finally {
    await server.stop();
  }
});

test.each(["", "part=all", "part=now&after=nothing", "part=now&limit=1000000"])(
  "[L16] a question for states that is none (%s) is refused",
  async (query) => {
    const server = await startTestServer();
    try {
      const owner = await startWorkspace(server);
      const answer = await owner.ask({ method: "GET", url: `/v1/states?${query}` });
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: "malformed" });
    } finally {
      await server.stop();
    }
  },
);
