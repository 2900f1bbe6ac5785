import type { AllocatedLine } from "../../../domain/allocation/allocation.ts";
import { skuOfId } from "../../../domain/stream-key.ts";
import type { BookClaim, BookLevel } from "../../store/book.ts";
import type { WorkspaceTx } from "../../store/store.ts";
import { giveFree, takeBack } from "./balance.ts";

/**
 * Inventory's book of one workspace during one page: what is there of each SKU and what open orders have of it.
 * Invariants, which the database checks too: 0 <= reserved <= on hand, and what a SKU's claims have together is its
 * `reserved`. After every event nothing is free while an order lacks it: so where something is free nobody lacks it,
 * and an order that comes takes its part without a look at the others. Levels are written once, at the end of the page.
 */
export interface Book {
  readonly findLevel: (sku: string) => Promise<BookLevel | undefined>;
  /** Adds to what is there of a SKU; a SKU that nobody has counted begins at 0. */
  readonly receive: (sku: string, quantity: number) => Promise<void>;
  /** Sets what is there. Where that is less than what orders have, the last to come lose it; answers who lost. */
  readonly count: (sku: string, quantity: number) => Promise<readonly string[]>;
  /** Notes what the log was told of a level. */
  readonly noteTold: (sku: string, told: BookLevel["told"]) => Promise<void>;
  readonly claimsOf: (order: string) => Promise<readonly BookClaim[]>;
  /** Sets what an order wants; each takes what is free, and what it has too much is free again. */
  readonly want: (claims: readonly BookClaim[]) => Promise<void>;
  /** Ends claims of an order. `isIssued`: what it had has left; else it is free again. */
  readonly drop: (claims: readonly BookClaim[], isIssued: boolean) => Promise<void>;
  /** Sets what a claim has, as the log says it was decided before. */
  readonly setReserved: (claim: BookClaim, reserved: number) => Promise<void>;
  /** Gives what became free to who lacks it, the first to come first; answers the orders that got something. */
  readonly balance: (sku: string) => Promise<readonly string[]>;
  /** What there is to say to an order: the SKUs that somebody counts. */
  readonly linesOf: (order: string) => Promise<readonly AllocatedLine[]>;
  /** Writes the levels that changed. */
  readonly store: () => Promise<void>;
}

/** How many claims are read at once. */
const chunk = 200;
/** So many orders that came first are named. */
const aheadMax = 5;

/** Opens the book; `skus` are those that the page will ask for. */
export async function openBook(tx: WorkspaceTx, skus: Iterable<string>): Promise<Book> {
  const levels = makeLevels(tx);
  await levels.load([...skus]);
  return {
    findLevel: levels.find,
    receive: async (sku, quantity) => {
      const level = (await levels.find(sku)) ?? emptyLevel(sku);
      const receivedSinceCount = level.receivedSinceCount + quantity;
      levels.put({ ...level, onHand: level.onHand + quantity, receivedSinceCount });
    },
    count: async (sku, quantity) => {
      const level = (await levels.find(sku)) ?? emptyLevel(sku);
      const { reserved, losers } = await takeFromLast(tx, level, quantity);
      levels.put({ ...level, onHand: quantity, reserved, counts: level.counts + 1, receivedSinceCount: 0 });
      return losers;
    },
    noteTold: async (sku, told) => {
      const level = await levels.find(sku);
      if (level !== undefined) levels.note({ ...level, told });
    },
    claimsOf: tx.findClaims,
    want: async (claims) => tx.putClaims(await takeFree(levels, claims)),
    drop: async (claims, isIssued) => {
      const [first] = claims;
      if (first === undefined) return;
      const dropped = claims.map(({ sku }) => sku);
      await levels.load(dropped);
      for (const { sku, reserved } of claims) {
        const level = levels.get(sku);
        if (level === undefined || reserved === 0) continue;
        const onHand = isIssued ? level.onHand - reserved : level.onHand;
        levels.put({ ...level, onHand, reserved: level.reserved - reserved });
      }
      await tx.deleteClaims(first.order, dropped);
    },
    setReserved: async (claim, reserved) => {
      const level = await levels.find(claim.sku);
      if (level === undefined) return;
      // What was decided before is taken as far as it fits: the book never says more than there is.
      const fitting = Math.min(reserved, claim.wanted, claim.reserved + freeOf(level));
      await tx.putClaims([{ ...claim, reserved: fitting }]);
      await levels.moveReserved(claim.sku, fitting - claim.reserved);
      levels.toGive.add(claim.sku);
    },
    balance: async (sku) => (levels.toGive.delete(sku) ? giveToShort(tx, levels, sku) : []),
    linesOf: async (order) => {
      const claims = await tx.findClaims(order);
      await levels.load(claims.map(({ sku }) => sku));
      const counted = claims.filter(({ sku }) => levels.get(sku) !== undefined);
      const lines: AllocatedLine[] = [];
      for (const claim of counted) lines.push(await lineOf(tx, claim));
      return lines;
    },
    store: levels.store,
  };
}

/** The levels that a page has asked for, and which of them it has changed. */
interface Levels {
  readonly load: (skus: readonly string[]) => Promise<void>;
  readonly find: (sku: string) => Promise<BookLevel | undefined>;
  /** A level that was loaded. */
  readonly get: (sku: string) => BookLevel | undefined;
  /** Notes a level as it is now; `put` also whether something of it became free. */
  readonly note: (level: BookLevel) => void;
  readonly put: (level: BookLevel) => void;
  readonly moveReserved: (sku: string, by: number) => Promise<void>;
  /** SKUs of which something became free while somebody may lack it. */
  readonly toGive: Set<string>;
  readonly store: () => Promise<void>;
}

function makeLevels(tx: WorkspaceTx): Levels {
  const levels = new Map<string, BookLevel | undefined>();
  const changed = new Set<string>();
  const toGive = new Set<string>();
  const load = async (wanted: readonly string[]) => {
    const unknown = [...new Set(wanted)].filter((sku) => !levels.has(sku));
    if (unknown.length === 0) return;
    for (const sku of unknown) levels.set(sku, undefined);
    for (const level of await tx.findLevels(unknown)) levels.set(level.sku, level);
  };
  const find = async (sku: string) => {
    await load([sku]);
    return levels.get(sku);
  };
  const note = (level: BookLevel) => {
    levels.set(level.sku, level);
    changed.add(level.sku);
  };
  const put = (level: BookLevel) => {
    const before = levels.get(level.sku);
    const wasFree = before === undefined ? 0 : freeOf(before);
    if (before === undefined || (wasFree === 0 && freeOf(level) > 0)) toGive.add(level.sku);
    note(level);
  };
  return {
    load,
    find,
    get: (sku) => levels.get(sku),
    note,
    put,
    moveReserved: async (sku, by) => {
      const level = await find(sku);
      if (level !== undefined && by !== 0) put({ ...level, reserved: level.reserved + by });
    },
    toGive,
    store: async () => {
      await tx.putLevels([...changed].flatMap((sku) => levels.get(sku) ?? []));
      changed.clear();
    },
  };
}

/** Takes back from the last to come until no more is reserved than is there; answers what still is, and who lost. */
async function takeFromLast(
  tx: WorkspaceTx,
  { sku, reserved: before }: BookLevel,
  quantity: number,
): Promise<{ readonly reserved: number; readonly losers: readonly string[] }> {
  let reserved = before;
  const losers: string[] = [];
  while (reserved > quantity) {
    const holders = await tx.findHolders(sku, Number.MAX_SAFE_INTEGER, chunk);
    const taken = takeBack(reserved - quantity, holders);
    if (taken.length === 0)
      throw new Error(`expected claims on ${sku} for the ${reserved} that are reserved, found none`);
    await tx.putClaims(taken);
    reserved += sumOf(taken) - sumOf(holders.slice(0, taken.length));
    losers.push(...taken.map(({ order }) => order));
  }
  return { reserved, losers };
}

/** What an order's claims have once each has taken what is free of what it wants. */
async function takeFree(levels: Levels, claims: readonly BookClaim[]): Promise<readonly BookClaim[]> {
  await levels.load(claims.map(({ sku }) => sku));
  const taken: BookClaim[] = [];
  for (const claim of claims) {
    const level = levels.get(claim.sku);
    const kept = Math.min(claim.reserved, claim.wanted);
    const gained = level === undefined ? 0 : Math.min(freeOf(level), claim.wanted - kept);
    taken.push({ ...claim, reserved: kept + gained });
    await levels.moveReserved(claim.sku, kept + gained - claim.reserved);
  }
  return taken;
}

/** Gives what is free of a SKU to who lacks it, the first to come first; answers the orders that got something. */
async function giveToShort(tx: WorkspaceTx, levels: Levels, sku: string): Promise<readonly string[]> {
  const orders: string[] = [];
  for (;;) {
    const level = await levels.find(sku);
    if (level === undefined || freeOf(level) === 0) return orders;
    const short = await tx.findShortClaims(sku, chunk);
    const given = giveFree(freeOf(level), short);
    if (given.length === 0) return orders;
    await tx.putClaims(given);
    await levels.moveReserved(sku, sumOf(given) - sumOf(short.slice(0, given.length)));
    orders.push(...given.map(({ order }) => order));
  }
}

/** What there is to say of one claim, and who came before it where it lacks something. */
async function lineOf(tx: WorkspaceTx, { sku, turn, wanted, reserved }: BookClaim): Promise<AllocatedLine> {
  const holders = reserved < wanted ? await tx.findHolders(sku, turn, aheadMax) : [];
  const ahead = holders.map(({ order, number, reserved: quantity }) => ({ order, number, quantity }));
  return { sku: skuOfId(sku), wanted, reserved, ahead };
}

function emptyLevel(sku: string): BookLevel {
  return { sku, onHand: 0, reserved: 0, counts: 0, receivedSinceCount: 0, told: null };
}

function freeOf({ onHand, reserved }: BookLevel): number {
  return onHand - reserved;
}

function sumOf(claims: readonly BookClaim[]): number {
  return claims.reduce((sum, { reserved }) => sum + reserved, 0);
}
