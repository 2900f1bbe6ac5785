/**
 * One page of confirmed events, packed: `first`..`last` are positions without holes, `streams` the streams they are on
 * (multi-entry index). Never changed, only replaced whole when small ones are packed together. `format` counts up when
 * the packing changes; every one is read for ever. `arrivals` say when its pages came in here, where that was noted
 * (earlier builds did not): no fold and no other device knows of it.
 */
export type SegmentRow = PackedSegment | TextSegment;

/** The JSON text of an array of `LogEvent`, in UTF-8, with its ids beside it (`pack-events.ts`). */
export interface PackedSegment extends SegmentPlace {
  readonly format: 2;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly ids: Uint8Array<ArrayBuffer>;
}

/** The JSON text itself, as builds before schema 5 kept it. */
export interface TextSegment extends SegmentPlace {
  readonly format: 1;
  readonly body: string;
}

interface SegmentPlace {
  readonly first: number;
  readonly last: number;
  readonly streams: readonly string[];
  readonly arrivals?: readonly Arrival[];
}

/** The events from a position on, up to the next arrival, came in at this time: ms, this device's clock corrected. */
export interface Arrival {
  readonly from: number;
  readonly atMs: number;
}
