import { foldText } from "../../../src/device/search/fold-text.ts";
import { holdsText } from "../../../src/device/search/holds-text.ts";
import { correct, misspeltRank, wordsOf } from "../../../src/device/search/misspelt.ts";
import type { OrderText } from "../../../src/device/search/order-index.ts";
import { phraseOf, readQuery } from "../../../src/device/search/read-query.ts";
import { makeEntry } from "../../../src/device/search/search-entry.ts";
import { orderSearchFields } from "../../../src/device/search/search-fields.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { stateOf } from "../../../src/device/streams/sums.ts";
import { type FoundOrders, makeOrderSearch } from "../../../src/device/views/order-search.ts";
import type { ExistingOrder } from "../../../src/domain/order/order-state.ts";
import { until } from "../../support/until.ts";

/** An order and its place in the list. */
export interface ListedOrder {
  readonly key: string;
  readonly sort: string;
  readonly order: ExistingOrder;
}

/** What a search must find, by looking at every order: no index, nothing remembered. */
export function searchAll(orders: readonly ListedOrder[], wanted: OrderText): readonly string[] {
  const { text, status, limit } = wanted;
  const query = readQuery(text);
  const isNumber = query.chunks.length === 1 && /\d/.test(query.phrase);
  const holds = holdsText(text);
  const ofStatus = orders
    .filter(({ order }) => status === undefined || order.status === status)
    .toSorted((a, b) => (a.sort < b.sort ? 1 : -1));
  const all = ofStatus.map((one) => {
    const { name, codes, others = [] } = orderSearchFields(one.order);
    const isHeld = holds([name, ...codes, ...others].join("\n"));
    const isExact =
      isNumber && codes.some((code) => code !== "" && phraseOf(foldText(code)) === query.phrase);
    const { customer } = one.order;
    const entry = customer === null ? undefined : makeEntry({ name: customer.name, codes: [customer.code] });
    const isClose =
      entry !== undefined && misspeltRank(entry, correct(query, wordsOf([entry]))) !== undefined;
    return { key: one.key, rank: !isHeld ? (isClose ? "close" : "none") : isExact ? "exact" : "held" };
  });
  const of = (rank: string) => all.filter((one) => one.rank === rank).map(({ key }) => key);
  const some = [...of("exact"), ...of("held")];
  return [...some, ...(some.length < 3 ? of("close") : [])].slice(0, limit);
}

/** All listed orders of a device. */
export async function listedOrders({ db }: Device): Promise<readonly ListedOrder[]> {
  const rows = await db.streams.where("sort").startsWith("o/").toArray();
  return rows.flatMap((row) => {
    const order = stateOf("order", row);
    return order.status === "none" ? [] : [{ key: row.key, sort: row.sort ?? "", order }];
  });
}

/** A search of its own, which remembers nothing of an earlier one: the whole of what it finds. */
export async function searchOnce(device: Device, wanted: OrderText): Promise<FoundOrders["orders"]> {
  const search = makeOrderSearch(device.db, { idle: () => Promise.resolve() });
  let found: FoundOrders | undefined;
  const { unsubscribe } = search.search(wanted).subscribe((now) => {
    found = now;
  });
  await until(() => found?.isWhole === true);
  unsubscribe();
  search.stop();
  return found?.orders ?? [];
}
