/** What a span says: ids, kinds, numbers. Never a name, a note, a SKU, a token or anything else of a customer. */
export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Another span that this one has to do with. `to` is a traceparent. */
export interface SpanLink {
  readonly to: string;
  readonly attributes?: Attributes;
}

/**
 * A piece of work that is over. `self` is its own traceparent; `parentId` the span id of its parent in the same trace,
 * left out where a trace begins. Times are milliseconds since 1970.
 */
export interface WorkSpan {
  readonly name: string;
  readonly kind: "server" | "consumer" | "client" | "internal";
  readonly self: string;
  readonly parentId?: string;
  readonly links?: readonly SpanLink[];
  readonly attributes: Attributes;
  readonly startMs: number;
  readonly endMs: number;
  /** The code of what went wrong, such as a problem's. */
  readonly failed?: string;
}

/**
 * Where spans go. A span is recorded when its work is over (and committed), under an id that its caller knows from the
 * beginning: nothing is left open by work that fails, and work that is done again is the same span.
 */
export interface Tracing {
  /** Whether anybody takes spans: callers spare themselves the facts otherwise. */
  readonly isOn: boolean;
  /** The traceparent of work that begins a trace of its own. */
  readonly begin: () => string;
  /** Takes a span. Never throws, never waits: it is queued, and dropped where the queue is full. */
  readonly record: (span: WorkSpan) => void;
}

/** Takes nothing. */
export const noTracing: Tracing = {
  isOn: false,
  begin: () => "00-00000000000000000000000000000000-0000000000000000-00",
  record: () => {},
};
