import type { ExistingOrder, OrderStatus } from "../../domain/order/order-state.ts";
import { foldText } from "../search/fold-text.ts";
import { holdsText } from "../search/holds-text.ts";
import { correct, misspeltRank, wordsOf } from "../search/misspelt.ts";
import { phraseOf, type Query, readQuery } from "../search/read-query.ts";
import { makeEntry } from "../search/search-entry.ts";
import { orderSearchFields } from "../search/search-fields.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { StreamRow } from "../storage/rows.ts";
import { currentState } from "../streams/sums.ts";
import { type OrderView, orderViews } from "./queries.ts";

/** Orders that are read at a time: one request instead of a step per order. */
const chunkSize = 500;

/** The newest orders of all that fit; `signal` stops the search early, with what was found until then. */
export async function findOrders(
  db: DeviceDatabase,
  wanted: {
    readonly fits: (order: ExistingOrder) => boolean;
    readonly limit?: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<readonly OrderView[]> {
  const { fits, limit = Number.POSITIVE_INFINITY, signal } = wanted;
  const found: StreamRow[] = [];
  await readOrders(db, signal, (order, row) => {
    if (fits(order)) found.push(row);
    return found.length < limit;
  });
  return found.flatMap(orderViews);
}

/**
 * The orders that a text may mean: those that have it for their number first, then the newest. Every word counts, over
 * numbers, customer, reference, note and what is on them. Where few are found, those whose customer is one typing
 * mistake away are behind.
 */
export async function searchOrders(
  db: DeviceDatabase,
  wanted: {
    readonly text: string;
    readonly status?: OrderStatus;
    readonly limit: number;
    readonly signal?: AbortSignal;
  },
): Promise<readonly OrderView[]> {
  const { status, limit, signal } = wanted;
  const query = readQuery(wanted.text);
  const holds = holdsText(wanted.text);
  const exact: StreamRow[] = [];
  const found: StreamRow[] = [];
  const close: StreamRow[] = [];
  // An order that has the text for its number may be older than all that only contain it.
  const isNumber = mayBeNumber(query);
  await readOrders(db, signal, (order, row) => {
    if (status !== undefined && order.status !== status) return true;
    const fields = orderSearchFields(order);
    if (!holds([fields.name, ...fields.codes, ...(fields.others ?? [])].join("\n"))) {
      if (found.length < fewFound && close.length < limit && isMisspelt(order, query)) close.push(row);
    } else if (isNumber && fields.codes.some((code) => isSameNumber(code, query))) exact.push(row);
    else if (found.length < limit) found.push(row);
    return isNumber || found.length < limit;
  });
  const some = [...exact, ...found];
  return [...some, ...(some.length < fewFound ? close : [])].slice(0, limit).flatMap(orderViews);
}

/** As for customers and products. */
const fewFound = 3;

/** The orders that have exactly this number, or had it. */
export async function findOrdersByNumber(
  db: DeviceDatabase,
  text: string,
  signal?: AbortSignal,
): Promise<readonly OrderView[]> {
  const query = readQuery(text);
  if (!mayBeNumber(query)) return [];
  const fits = (order: ExistingOrder) =>
    orderSearchFields(order).codes.some((code) => isSameNumber(code, query));
  return findOrders(db, { fits, signal });
}

/** Whether a typing mistake in the customer's name would explain the query. */
function isMisspelt({ customer }: ExistingOrder, query: Query): boolean {
  if (customer === null) return false;
  const entry = makeEntry({ name: customer.name, codes: [customer.code] });
  return misspeltRank(entry, correct(query, wordsOf([entry]))) !== undefined;
}

function mayBeNumber({ chunks, phrase }: Query): boolean {
  return chunks.length === 1 && /\d/.test(phrase);
}

function isSameNumber(code: string, { phrase }: Query): boolean {
  return code !== "" && phraseOf(foldText(code)) === phrase;
}

/**
 * Reads all orders, the newest first, until `each` has enough. Each chunk is read alone, so that saving goes on beside.
 */
async function readOrders(
  db: DeviceDatabase,
  signal: AbortSignal | undefined,
  each: (order: ExistingOrder, row: StreamRow) => boolean,
): Promise<void> {
  let before = "o/\uffff";
  while (signal?.aborted !== true) {
    const rows = await db.streams
      .where("sort")
      .between("o/", before, false, false)
      .reverse()
      .limit(chunkSize)
      .toArray();
    for (const row of rows) {
      const state = currentState(row);
      if (state.status !== "none" && !each(state as ExistingOrder, row)) return;
    }
    const last = rows.at(-1)?.sort;
    if (last === undefined || rows.length < chunkSize) return;
    before = last;
  }
}
