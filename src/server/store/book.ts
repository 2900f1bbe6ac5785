/** What inventory's book says of one SKU, by the id of its streams. 0 <= reserved <= onHand. */
export interface BookLevel {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly counts: number;
  readonly receivedSinceCount: number;
  /** What of it the log has been told last. */
  readonly told: Pick<BookLevel, "onHand" | "counts" | "receivedSinceCount"> | null;
}

/** What an open order wants of a SKU and has. `turn` is the position of the event that asked for it. */
export interface BookClaim {
  readonly order: string;
  readonly number: string;
  readonly sku: string;
  readonly turn: number;
  readonly wanted: number;
  readonly reserved: number;
}

/** The part of a transaction that inventory keeps its book in. */
export interface BookTx {
  readonly findLevels: (skus: readonly string[]) => Promise<readonly BookLevel[]>;
  /** Levels whose figure the log has not been told, at most `max`. */
  readonly findUntoldLevels: (max: number) => Promise<readonly BookLevel[]>;
  readonly putLevels: (levels: readonly BookLevel[]) => Promise<void>;
  readonly findClaims: (order: string) => Promise<readonly BookClaim[]>;
  /** Claims that lack something, the first to get it first. */
  readonly findShortClaims: (sku: string, max: number) => Promise<readonly BookClaim[]>;
  /** Claims that have something and came before a turn, the nearest to it first. */
  readonly findHolders: (sku: string, before: number, max: number) => Promise<readonly BookClaim[]>;
  readonly putClaims: (claims: readonly BookClaim[]) => Promise<void>;
  readonly deleteClaims: (order: string, skus: readonly string[]) => Promise<void>;
  readonly forgetBook: () => Promise<void>;
}
