import { drawList } from "./draw-list.ts";
import { openRaw, putAll, type RawOrder, readNewest } from "./raw-rows.ts";

const shownCount = 50;

/** What hand-written code does in the browser, beside Docket. Times are in ms. */
const rawPage = {
  /** Puts orders that the list and its index then hold. */
  fill: async (orders: readonly RawOrder[]): Promise<void> => {
    const db = await openRaw();
    await putAll(db, "orders", orders, "relaxed");
    db.close();
  },

  /** Puts one row after another, each in a strict transaction of its own. The time of each. */
  putOneByOne: async (rows: readonly unknown[], count: number): Promise<readonly number[]> => {
    const db = await openRaw();
    const times: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const row = rows[index % rows.length];
      const startedMs = performance.now();
      await putAll(db, "rows", [row], "strict");
      times.push(performance.now() - startedMs);
    }
    db.close();
    return times;
  },

  /** Puts a row for every event of these pages in one relaxed transaction. The time of all. */
  putEvents: async (paths: readonly string[]): Promise<number> => {
    const pages = await Promise.all(paths.map(async (path) => (await fetch(path)).json()));
    const events = pages.flatMap((page: { readonly events: readonly unknown[] }) => page.events);
    const db = await openRaw();
    const startedMs = performance.now();
    await putAll(db, "rows", events, "relaxed");
    const tookMs = performance.now() - startedMs;
    db.close();
    return tookMs;
  },

  /** Puts a new order (strict), reads the newest 50 and draws them: the time of each until its row is in the DOM. */
  putAndDraw: async (count: number): Promise<readonly number[]> => {
    const db = await openRaw();
    const [newest] = await readNewest(db, 1);
    if (newest === undefined) throw new Error("expected orders in the raw database, found none");
    const times: number[] = [];
    for (let index = 1; index <= count; index += 1) {
      const id = crypto.randomUUID();
      const order = { ...newest, id, rank: newest.rank - index, drawn: { ...newest.drawn, id } };
      const startedMs = performance.now();
      await putAll(db, "orders", [order], "strict");
      drawList((await readNewest(db, shownCount)).map(({ drawn }) => drawn));
      if (document.getElementById(id) === null) throw new Error("expected the new row in the DOM");
      times.push(performance.now() - startedMs);
    }
    db.close();
    return times;
  },

  /** Changes one of `count` rows that are shown: a strict put, and that row drawn again. The time of each. */
  putAndRedrawOne: async (count: number, times: number): Promise<readonly number[]> => {
    const db = await openRaw();
    const orders = await readNewest(db, count);
    drawList(orders.map(({ drawn }) => drawn));
    const took: number[] = [];
    for (let index = 0; index < times; index += 1) {
      const order = orders[index % orders.length];
      if (order === undefined) throw new Error("expected orders in the raw database, found none");
      const drawn = { ...order.drawn, lines: order.drawn.lines + 1 + index };
      const startedMs = performance.now();
      await putAll(db, "orders", [{ ...order, drawn }], "strict");
      const part = document.getElementById(order.id)?.querySelector("span:nth-child(3)");
      if (!part) throw new Error("expected the row in the DOM");
      part.textContent = `${drawn.number} · ${drawn.lines} lines`;
      took.push(performance.now() - startedMs);
    }
    db.close();
    return took;
  },
};

export type RawPage = typeof rawPage;

declare global {
  var raw: RawPage;
}
Object.assign(globalThis, { raw: rawPage });
