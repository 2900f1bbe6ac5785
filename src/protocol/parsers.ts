import * as v from "valibot";
import { isText } from "../domain/stream-key.ts";
import { limits } from "./limits.ts";

/** Building blocks of every schema: each says its bound. */
const text = (max: number) =>
  v.pipe(v.string(), v.maxLength(max), v.check(isText, "expected well-formed text without U+0000"));

/** A name, a SKU, a reference: up to 200 code units, may be empty. */
export const shortText = text(limits.shortText);
/** A note: up to 4,000 code units, may be empty. */
export const longText = text(limits.longText);
/** A short text that is not empty. */
export const filledText = v.pipe(shortText, v.minLength(1));
/** A UUID in lower case. */
export const uuid = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "expected a lower-case UUID"),
);
/**
 * A UUIDv7 in lower case: an id that somebody drew. Those of the server's own services derive from names (UUIDv5), so
 * nobody can take one.
 */
export const drawnUuid = v.pipe(
  v.string(),
  v.regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    "expected a lower-case UUIDv7",
  ),
);
/** A safe integer within a range, both ends included. */
export const integer = (min: number, max: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
/** An integer 0..2^53 - 1. */
export const count = integer(0, Number.MAX_SAFE_INTEGER);
/** An amount in minor units, up to ten million millions. */
export const minor = integer(0, 10_000_000_000_000);
/** A discount in basis points. */
export const discountBps = integer(0, 10_000);
/** A tax in basis points, up to 1000 %, as events said it once. */
export const taxBps = integer(0, 100_000);
/** A tax in parts per million, up to 1000 %. */
export const taxPpm = integer(0, 10_000_000);
/**
 * Whether the calendar has this moment: engines differ on whether 30 February is an error or 2 March, and only the
 * text that a date prints itself is the same for all.
 */
const exists = (moment: string) => {
  const time = Date.parse(moment);
  return !Number.isNaN(time) && new Date(time).toISOString() === moment;
};
/** A calendar day. */
export const day = v.pipe(
  v.string(),
  v.isoDate(),
  v.check((value) => exists(`${value}T00:00:00.000Z`), "expected a day that exists"),
);
/** ISO 8601 in UTC with milliseconds. */
export const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, "expected ISO 8601 in UTC with milliseconds"),
  v.check(exists, "expected a moment that exists"),
);
/** ISO 4217. */
export const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, "expected an ISO 4217 currency code"));
export const taxMode = v.picklist(["inclusive", "exclusive", "none"]);
/** `<device code>-<counter>`. */
export const orderNumber = v.pipe(
  v.string(),
  v.regex(/^[A-Z0-9]{2,8}-[1-9]\d{0,9}$/, "expected a number such as K7-12"),
);
/** 64 hex digits. */
export const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "expected 64 hex digits"));
/** The name of an event type, such as order-placed or informative/history-restored. */
export const eventType = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(/^([a-z]+\/)?[a-z][a-z0-9-]*$/, "expected an event type"),
);
/** `<kind>/<id>`; the id is a lower-case UUID or an encoded SKU of at most 64 bytes. */
export const streamKey = v.pipe(
  v.string(),
  v.regex(/^[a-z]{1,16}\/[A-Za-z0-9\-_.!~*'()%]{1,64}$/, "expected a stream such as order/<uuid>"),
);
/** W3C Trace Context, version 00. */
export const traceparent = v.pipe(
  v.string(),
  v.regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, "expected a traceparent"),
);

/** An object that may carry members this build does not know: they are kept and forwarded. */
export const data = v.looseObject;
