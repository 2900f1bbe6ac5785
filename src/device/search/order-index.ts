import type { ExistingOrder, OrderStatus } from "../../domain/order/order-state.ts";
import { foldText } from "./fold-text.ts";
import { isHeld, spellings, wordsToHold } from "./holds-text.ts";
import { correct, misspeltRank, wordsOf } from "./misspelt.ts";
import { phraseOf, type Query, readQuery } from "./read-query.ts";
import { makeEntry, type SearchEntry } from "./search-entry.ts";
import { orderSearchFields } from "./search-fields.ts";
import { fewFound } from "./search-index.ts";
import { makeVocabulary, type Vocabulary } from "./vocabulary.ts";

/**
 * What orders are found by, in memory: the words that they share are kept and folded once, an order has their ids. Some
 * hundred bytes an order, however long the names on it are.
 */
export interface OrderIndex {
  /** An order as it is now, under its place in the list (the newest has the greatest). Tells whether it is as it was. */
  readonly put: (key: string, sort: string, order: ExistingOrder) => "same" | "changed";
  readonly drop: (key: string) => void;
  readonly find: (wanted: WantedOrders) => FoundKeys;
  /** How many orders it has, and how many texts of theirs. */
  readonly size: () => { readonly orders: number; readonly texts: number };
}

/** What is looked for: what a text may mean, or all orders of a customer. */
export type WantedOrders = OrderText | OrdersOf;

/** The orders of a customer, the newest first; `limit` is the most that are found. */
export interface OrdersOf {
  readonly customerId: string;
  readonly limit: number;
}

/** What somebody has typed. */
export interface OrderText {
  readonly text: string;
  readonly status?: OrderStatus;
  /** The most that are found. */
  readonly limit: number;
}

/** The orders that fit. `isEnough`: older ones would change nothing. */
export interface FoundKeys {
  readonly keys: readonly string[];
  readonly isEnough: boolean;
}

interface IndexedOrder {
  readonly key: string;
  readonly sort: string;
  readonly status: OrderStatus;
  /** Ids of all its texts; the first `codes` of them are its numbers. */
  readonly texts: readonly number[];
  readonly codes: number;
  /** Ids of how its customer is called there, and of who that is. */
  readonly customer: number | undefined;
  readonly customerId: number | undefined;
}

/** Makes an empty index. */
export function makeOrderIndex(): OrderIndex {
  const byKey = new Map<string, IndexedOrder>();
  // The newest first.
  const sorted: IndexedOrder[] = [];
  const texts = makeVocabulary(spellings);
  const customers = makeVocabulary(customerEntry);
  const customerIds = makeVocabulary((id) => id);
  const drop = (key: string) => {
    const order = byKey.get(key);
    if (order === undefined) return;
    byKey.delete(key);
    sorted.splice(placeOf(sorted, order.sort), 1);
    giveBack(order);
  };
  const giveBack = ({ texts: ids, customer, customerId }: IndexedOrder) => {
    for (const id of ids) texts.giveBack(id);
    if (customer !== undefined) customers.giveBack(customer);
    if (customerId !== undefined) customerIds.giveBack(customerId);
  };
  return {
    put: (key, sort, order) => {
      const now = indexed(key, sort, order, { texts, customers, customerIds });
      const before = byKey.get(key);
      if (before !== undefined && isSame(before, now)) {
        giveBack(now);
        return "same";
      }
      drop(key);
      byKey.set(key, now);
      sorted.splice(placeOf(sorted, sort), 0, now);
      return "changed";
    },
    drop,
    find: (wanted) =>
      "text" in wanted
        ? find(sorted, texts, customers, wanted)
        : findOf(
            sorted,
            marked(customerIds, (id) => id === wanted.customerId),
            wanted.limit,
          ),
    size: () => ({
      orders: sorted.length,
      texts: texts.size() + customers.size() + customerIds.size(),
    }),
  };
}

/**
 * The orders that a text may mean: those that have it for their number first, then the newest. Every word counts, over
 * numbers, customer, reference, note and what is on them. Where few are found, those whose customer is one typing
 * mistake away are behind.
 */
function find(
  sorted: readonly IndexedOrder[],
  texts: Vocabulary<readonly string[]>,
  customers: Vocabulary<SearchEntry>,
  { text, status, limit }: OrderText,
): FoundKeys {
  const query = readQuery(text);
  const words = wordsToHold(text).map((word) => marked(texts, (held) => isHeld(word, held)));
  // An order that has the text for its number may be older than all that only contain it.
  const isNumber = mayBeNumber(query);
  const [letters] = spellings(text);
  const isNumberOf = ([held]: readonly string[], id: number) =>
    held === letters && isSameNumber(texts.textOf(id), query);
  const numbers = isNumber ? marked(texts, isNumberOf) : [];
  const exact: string[] = [];
  const found: string[] = [];
  for (const order of sorted) {
    if (status !== undefined && order.status !== status) continue;
    if (!words.every((marks) => isAnyMarked(marks, order.texts, order.texts.length))) continue;
    if (isNumber && isAnyMarked(numbers, order.texts, order.codes)) exact.push(order.key);
    else if (found.length < limit) found.push(order.key);
    if (!isNumber && found.length >= limit) return { keys: found, isEnough: true };
  }
  const some = [...exact, ...found];
  if (some.length >= fewFound) return { keys: some.slice(0, limit), isEnough: false };
  const taken = new Set(some);
  const meant = marked(customers, (entry) => isMisspelt(entry, query));
  for (const { key, status: its, customer } of sorted) {
    if (some.length >= limit) break;
    if (status !== undefined && its !== status) continue;
    if (customer !== undefined && meant[customer] === 1 && !taken.has(key)) some.push(key);
  }
  return { keys: some.slice(0, limit), isEnough: false };
}

/** The newest orders of these customers. */
function findOf(
  sorted: readonly IndexedOrder[],
  customerIds: Readonly<Record<number, number>>,
  limit: number,
): FoundKeys {
  const keys: string[] = [];
  for (const { key, customerId } of sorted) {
    if (customerId === undefined || customerIds[customerId] !== 1) continue;
    keys.push(key);
    if (keys.length >= limit) return { keys, isEnough: true };
  }
  return { keys, isEnough: false };
}

/** By id: 1 for the texts that fit. */
function marked<Made>(
  vocabulary: Vocabulary<Made>,
  fits: (made: Made, id: number) => boolean,
): Readonly<Record<number, number>> {
  const marks = new Uint8Array(vocabulary.made.length);
  for (const [id, made] of vocabulary.made.entries()) {
    if (made !== undefined && fits(made, id)) marks[id] = 1;
  }
  return marks;
}

function isAnyMarked(
  marks: Readonly<Record<number, number>>,
  ids: readonly number[],
  count: number,
): boolean {
  for (let at = 0; at < count; at += 1) if (marks[ids[at] ?? -1] === 1) return true;
  return false;
}

function indexed(
  key: string,
  sort: string,
  order: ExistingOrder,
  {
    texts,
    customers,
    customerIds,
  }: Readonly<Record<"texts" | "customers" | "customerIds", Vocabulary<unknown>>>,
): IndexedOrder {
  const { name, codes, others = [] } = orderSearchFields(order);
  const take = (some: readonly string[]) => [...new Set(some)].filter((one) => one !== "").map(texts.take);
  const numbers = take(codes);
  const { customer, status } = order;
  return {
    ...{ key, sort, status, codes: numbers.length, texts: [...numbers, ...take([name, ...others])] },
    customer: customer === null ? undefined : customers.take(`${customer.code}\n${customer.name}`),
    customerId: customer === null ? undefined : customerIds.take(customer.id),
  };
}

function isSame(a: IndexedOrder, b: IndexedOrder): boolean {
  const isLike = a.sort === b.sort && a.status === b.status && a.codes === b.codes;
  const isOfSame = a.customer === b.customer && a.customerId === b.customerId;
  const { length } = a.texts;
  return isLike && isOfSame && length === b.texts.length && a.texts.every((id, at) => id === b.texts[at]);
}

/** Where an order with this sort key is in the list, or would be. */
function placeOf(sorted: readonly IndexedOrder[], sort: string): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle]?.sort ?? "") > sort) from = middle + 1;
    else to = middle;
  }
  return from;
}

function customerEntry(text: string): SearchEntry {
  const end = text.indexOf("\n");
  return makeEntry({ name: text.slice(end + 1), codes: [text.slice(0, end)] });
}

/** Whether a typing mistake in the customer's name would explain the query. */
function isMisspelt(entry: SearchEntry, query: Query): boolean {
  return misspeltRank(entry, correct(query, wordsOf([entry]))) !== undefined;
}

/** Whether somebody may have typed an order's number. */
export function mayBeNumber({ chunks, phrase }: Query): boolean {
  return chunks.length === 1 && /\d/.test(phrase);
}

/** Whether a code is the one that was typed. */
export function isSameNumber(code: string, { phrase }: Query): boolean {
  return code !== "" && phraseOf(foldText(code)) === phrase;
}
