/** What happened, without where and when it was recorded. `schemaVersion` is the version of the shape of `data`. */
export interface EventOf<Type extends string, Version extends number, Data> {
  readonly type: Type;
  readonly schemaVersion: Version;
  readonly data: Data;
}

/** Any event, as it is on disk or on the wire: its shape is known only after upcasting and parsing. */
export type StoredEvent = EventOf<string, number, unknown>;

/**
 * An event as `evolve` sees it: with the moment it happened. `at` is ISO 8601 in UTC with milliseconds, already
 * corrected by the clock offset of the device that recorded it.
 */
export type Happened<Event> = Event & { readonly at: string };

/** What somebody wants, as a value: everything that deciding needs, nothing drawn later. */
export interface CommandOf<Type extends string, Data> {
  readonly type: Type;
  readonly data: Data;
}
