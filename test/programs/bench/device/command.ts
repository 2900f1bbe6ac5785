import type { Page } from "@playwright/test";
import { buildsOfOldShapes, type KeptBuild } from "../../../support/kept-builds.ts";
import { percentile } from "../stats.ts";
import type { Contestant, Figures, Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openPage, openShop } from "./open-shop.ts";
import { watchPage } from "./watch-page.ts";

/** W1: one command from the call to "saved". */
export const command: Work = {
  id: "W1",
  title: "one command from the call to “saved”: strict, with its projections, in sequence",
  measures: [
    { name: "p50", unit: "ms", better: "lower", goal: { ratio: 2.5 } },
    { name: "p95", unit: "ms", better: "lower" },
    { name: "p99", unit: "ms", better: "lower", goal: { ratio: 3 } },
    { name: "growth of p50 from a tenth of the orders", unit: "x", better: "lower", goal: { figure: 1.3 } },
  ],
  prepare: async (world) => {
    const { large: size, small } = shopSize(world);
    const count = world.quick ? 100 : 500;
    const [shop, fewer] = [await openShop(world, size), await openShop(world, small)];
    const browser = await shop.launch();
    const amongFewer = await openPage(await fewer.launch(), "docket");
    const [docket, raw] = [await openPage(browser, "docket"), await openPage(browser, "raw")];
    const rows = await docket.evaluate(() => globalThis.docket.sampleRows());
    const saveAll = (page: Page) => page.evaluate((times) => globalThis.docket.saveInSequence(times), count);
    // What was saved is sent before the next turn: no turn finds a longer outbox than the one before.
    const send = (page: Page) => page.evaluate(() => globalThis.docket.sync());
    await send(docket);
    const contestants: Contestant[] = [
      {
        name: "raw",
        run: async () =>
          figures(
            await raw.evaluate(([row, times]) => globalThis.raw.putOneByOne(row, times), [
              rows,
              count,
            ] as const),
          ),
      },
      {
        name: "docket",
        run: async () => {
          const times = await saveAll(docket);
          await send(docket);
          const among = await saveAll(amongFewer);
          await send(amongFewer);
          const growth = percentile(times, 0.5) / percentile(among, 0.5);
          return { ...figures(times), "growth of p50 from a tenth of the orders": growth };
        },
        profile: () => watchPage(docket, { units: count, unit: "command" }, () => saveAll(docket)),
      },
    ];
    if (world.against !== undefined && knowsCommands(world.against)) {
      const against = await openPage(browser, "against");
      await against.evaluate((code) => globalThis.against.join(code), await shop.owner.invite("owner"));
      contestants.push({
        name: "against",
        run: async () => {
          const times = await against.evaluate((wanted) => globalThis.against.saveInSequence(wanted), count);
          await against.evaluate(() => globalThis.against.sync());
          return figures(times);
        },
      });
    }
    return {
      contestants,
      notes: [
        `${count} commands on orders of three lines, ${size.orders} orders there; raw: one strict put of what one command writes, its outbox row and its order`,
      ],
      end: async () => {
        await shop.end();
        await fewer.end();
      },
    };
  },
};

/** What is saved here are commands of today's shapes. */
function knowsCommands(build: KeptBuild): boolean {
  return !buildsOfOldShapes.some((name) => name === build);
}

function figures(times: readonly number[]): Figures {
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) };
}
