import type { AllocatedLine } from "../../../domain/allocation/allocation.ts";
import { skuOfId } from "../../../domain/stream-key.ts";
import type { BookClaim, BookLevel, WorkspaceTx } from "../../store/store.ts";
import { giveFree, takeBack } from "./balance.ts";

/**
 * Inventory's book of one workspace: what is there of each SKU and what open orders have of it. Invariants, which the
 * database checks too: 0 <= reserved <= on hand, and what a SKU's claims have together is its `reserved`. After every
 * event nothing is free while an order lacks it.
 */
export interface Book {
  readonly findLevel: (sku: string) => Promise<BookLevel | undefined>;
  readonly putLevel: (level: BookLevel) => Promise<void>;
  readonly claimsOf: (order: string) => Promise<readonly BookClaim[]>;
  /** Changes what an order wants of a SKU; what it has is cut to it and free again. */
  readonly want: (claim: BookClaim) => Promise<void>;
  /** Ends a claim; answers what it had, which is free again. */
  readonly drop: (claim: BookClaim) => Promise<void>;
  /** Sets what a claim has, as the log says it was decided before. */
  readonly setReserved: (claim: BookClaim, reserved: number) => Promise<void>;
  /** Makes what is there and what orders have agree again; answers the orders that got or lost something. */
  readonly balance: (sku: string) => Promise<readonly string[]>;
  /** What there is to say to an order: the SKUs that somebody counts. */
  readonly linesOf: (order: string) => Promise<readonly AllocatedLine[]>;
}

/** So many claims are read at once. */
const chunk = 200;
/** So many orders that came first are named. */
const aheadMax = 5;

export function openBook(tx: WorkspaceTx): Book {
  const findLevel = async (sku: string) => (await tx.findLevels([sku]))[0];
  const moveReserved = async (sku: string, by: number) => {
    const level = await findLevel(sku);
    if (level === undefined || by === 0) return;
    await tx.putLevels([{ ...level, reserved: level.reserved + by }]);
  };
  const store = async (changed: readonly BookClaim[], sku: string, by: number) => {
    await tx.putClaims(changed);
    await moveReserved(sku, by);
  };

  const balance = async (sku: string): Promise<readonly string[]> => {
    const orders: string[] = [];
    for (;;) {
      const level = await findLevel(sku);
      if (level === undefined) return orders;
      const free = level.onHand - level.reserved;
      if (free <= 0) return orders;
      const short = await tx.findShortClaims(sku, chunk);
      const given = giveFree(free, short);
      if (given.length === 0) return orders;
      await store(given, sku, sumOf(given) - sumOf(short.slice(0, given.length)));
      orders.push(...given.map(({ order }) => order));
    }
  };

  return {
    findLevel,
    putLevel: (level) => tx.putLevels([level]),
    claimsOf: tx.findClaims,
    want: async (claim) => {
      const reserved = Math.min(claim.reserved, claim.wanted);
      await store([{ ...claim, reserved }], claim.sku, reserved - claim.reserved);
    },
    drop: async (claim) => {
      await tx.deleteClaims(claim.order, [claim.sku]);
      await moveReserved(claim.sku, -claim.reserved);
    },
    setReserved: async (claim, reserved) => {
      const level = await findLevel(claim.sku);
      if (level === undefined) return;
      // What was decided before is taken as far as it fits: the book never says more than there is.
      const fitting = Math.min(
        reserved,
        claim.wanted,
        claim.reserved + Math.max(0, level.onHand - level.reserved),
      );
      await store([{ ...claim, reserved: fitting }], claim.sku, fitting - claim.reserved);
    },
    balance,
    linesOf: async (order) => {
      const claims = await tx.findClaims(order);
      const counted = new Set((await tx.findLevels(claims.map(({ sku }) => sku))).map(({ sku }) => sku));
      const lines: AllocatedLine[] = [];
      for (const { sku, place, wanted, reserved } of claims) {
        if (!counted.has(sku)) continue;
        const holders = reserved < wanted ? await tx.findHolders(sku, place, aheadMax) : [];
        const ahead = holders.map((holder) => ({
          order: holder.order,
          number: holder.number,
          quantity: holder.reserved,
        }));
        lines.push({ sku: skuOfId(sku), wanted, reserved, ahead });
      }
      return lines;
    },
  };
}

/**
 * Sets what is there of a SKU. Where that is less than what orders have, the last to come lose it first. Answers the
 * orders that lost something.
 */
export async function setOnHand(tx: WorkspaceTx, level: BookLevel): Promise<readonly string[]> {
  const before = (await tx.findLevels([level.sku]))[0];
  let reserved = before?.reserved ?? 0;
  const orders: string[] = [];
  while (reserved > level.onHand) {
    const holders = await tx.findHolders(level.sku, Number.MAX_SAFE_INTEGER, chunk);
    const taken = takeBack(reserved - level.onHand, holders);
    if (taken.length === 0)
      throw new Error(`expected claims on ${level.sku} for the ${reserved} that are reserved, found none`);
    await tx.putClaims(taken);
    reserved += sumOf(taken) - sumOf(holders.slice(0, taken.length));
    orders.push(...taken.map(({ order }) => order));
  }
  await tx.putLevels([{ ...level, reserved }]);
  return orders;
}

function sumOf(claims: readonly BookClaim[]): number {
  return claims.reduce((sum, { reserved }) => sum + reserved, 0);
}
