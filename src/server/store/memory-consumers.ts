import type { BookClaim, BookLevel, BookTx } from "./book.ts";
import { isUntold } from "./sql-book.ts";
import type { ConsumersTx } from "./sql-consumers.ts";
import type { Checkpoint, SetAsideRow } from "./store.ts";

/** What consumers keep of one workspace, in memory. */
export interface MemoryConsumers {
  readonly checkpoints: Map<string, Checkpoint>;
  asides: readonly SetAsideRow[];
  readonly book: MemoryBook;
}

/** Inventory's book. */
interface MemoryBook {
  readonly levels: Map<string, BookLevel>;
  readonly claims: Map<string, BookClaim>;
}

export const emptyConsumers = (): MemoryConsumers => ({
  checkpoints: new Map(),
  asides: [],
  book: { levels: new Map(), claims: new Map() },
});

/** A copy that a transaction may change. */
export function copyConsumers({ checkpoints, asides, book }: MemoryConsumers): MemoryConsumers {
  return {
    checkpoints: new Map(checkpoints),
    asides,
    book: { levels: new Map(book.levels), claims: new Map(book.claims) },
  };
}

type Change = (write: () => void) => Promise<void>;

/** Reads and changes a transaction's own copy. In memory one transaction of a workspace runs at a time. */
export function makeMemoryConsumersTx(kept: () => MemoryConsumers, change: Change): ConsumersTx {
  return {
    claimConsumer: async (consumer) =>
      kept().checkpoints.get(consumer) ?? { consumer, position: 0, movedAt: null },
    moveConsumer: (checkpoint) => change(() => void kept().checkpoints.set(checkpoint.consumer, checkpoint)),
    readConsumers: async () => [...kept().checkpoints.values()],
    findSetAside: async (consumer, max, stream) =>
      kept()
        .asides.filter((row) => row.consumer === consumer && row.stream === (stream ?? row.stream))
        .slice(0, max),
    findStreamsAside: async (consumer, streams) =>
      streams.filter((stream) =>
        kept().asides.some((row) => row.consumer === consumer && row.stream === stream),
      ),
    putSetAside: (rows) =>
      change(() => {
        const isNew = ({ consumer, position }: SetAsideRow) =>
          !rows.some((row) => row.consumer === consumer && row.position === position);
        kept().asides = [...kept().asides.filter(isNew), ...rows].toSorted(
          (one, other) => one.position - other.position,
        );
      }),
    forgetSetAside: (consumer, taken) =>
      change(() => {
        const isTaken = ({ stream, position }: SetAsideRow) =>
          taken === null || (stream === taken.stream && position <= taken.upTo);
        kept().asides = kept().asides.filter((row) => row.consumer !== consumer || !isTaken(row));
      }),
  };
}

/** Inventory's book, as its transaction sees and changes it. */
export function makeMemoryBookTx(kept: () => MemoryConsumers, changing: Change): BookTx {
  const book = () => kept().book;
  const change = (write: (mine: MemoryBook) => void) => changing(() => write(book()));
  const claimsOf = (sku: string) => [...book().claims.values()].filter((claim) => claim.sku === sku);
  const inTurn = (one: BookClaim, other: BookClaim) =>
    one.turn - other.turn || (one.order < other.order ? -1 : 1);
  return {
    findLevels: async (skus) => skus.flatMap((sku) => book().levels.get(sku) ?? []),
    findUntoldLevels: async (max) => [...book().levels.values()].filter(isUntold).slice(0, max),
    putLevels: (levels) =>
      change((mine) => {
        for (const level of levels) mine.levels.set(level.sku, level);
      }),
    findClaims: async (order) => [...book().claims.values()].filter((claim) => claim.order === order),
    findShortClaims: async (sku, max) =>
      claimsOf(sku)
        .filter(({ wanted, reserved }) => reserved < wanted)
        .sort(inTurn)
        .slice(0, max),
    findHolders: async (sku, before, max) =>
      claimsOf(sku)
        .filter(({ reserved, turn }) => reserved > 0 && turn < before)
        .sort((one, other) => inTurn(other, one))
        .slice(0, max),
    putClaims: (claims) =>
      change((mine) => {
        for (const claim of claims) mine.claims.set(`${claim.order} ${claim.sku}`, claim);
      }),
    deleteClaims: (order, skus) =>
      change((mine) => {
        for (const sku of skus) mine.claims.delete(`${order} ${sku}`);
      }),
    forgetBook: () =>
      change((mine) => {
        mine.levels.clear();
        mine.claims.clear();
      }),
  };
}
