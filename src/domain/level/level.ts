import { already, type Decision } from "../decision.ts";
import type { EventOf, Happened } from "../event.ts";

/**
 * What inventory's book says is there of one SKU, on `level/<sku>`: counted and received, less what was issued with
 * shipped orders. Written by inventory alone, when it has read the log to its end and the figure is another one.
 */
export interface StockLevel {
  readonly sku: string;
  readonly onHand: number;
  /** Up to where it has read `stock/<sku>`: how often that was counted, and what came in since the last count. */
  readonly counts: number;
  readonly receivedSinceCount: number;
}

export type StockLevelChanged = EventOf<"stock-level-changed", 1, StockLevel>;
export type LevelEvent = StockLevelChanged;

export interface NoLevel {
  readonly status: "none";
}
/** `asOf` is when inventory said so. */
export interface KnownLevel extends StockLevel {
  readonly status: "known";
  readonly asOf: string;
}
export type LevelState = NoLevel | KnownLevel;

/** Any level is accepted. */
export type LevelRejection = never;

/** A level before its first event. */
export const noLevel: NoLevel = { status: "none" };

/** There are no commands on a level: it follows from other streams. */
export function decideLevel(_command: never, _level: LevelState): Decision<LevelEvent, LevelRejection> {
  return already;
}

/** Each event carries the whole figure: any may follow any. */
export function acceptsLevel(_event: LevelEvent, _level: LevelState): undefined {
  return undefined;
}

/** The level after one more event. */
export function evolveLevel(level: LevelState, event: Happened<LevelEvent>): LevelState {
  return event.type === "stock-level-changed" ? { status: "known", ...event.data, asOf: event.at } : level;
}
