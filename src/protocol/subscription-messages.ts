import * as v from "valibot";
import { eventSchemas } from "./event-schemas.ts";
import * as p from "./parsers.ts";

/** The limits of subscriptions. Over one is a clear error. */
export const subscriptionLimits = {
  /** Subscriptions of one workspace. */
  subscriptions: 20,
  /** Event types in the filter of one subscription. */
  types: 100,
  /** Unicode code units of an address. */
  urlLength: 2_000,
  /** Deliveries on one page. */
  page: 100,
} as const;

/** What is sent: that something happened, and where to read it; or the whole event. */
export const subscriptionModes = ["notification", "state"] as const;
export type SubscriptionMode = (typeof subscriptionModes)[number];

/** Imported history: consumers take no notice of it, so it is sent to nobody. */
const neverSent: readonly string[] = ["order-imported"];

/** Every event type that is sent, and that a subscription can ask for, in alphabetical order. */
export const subscribableTypes: readonly string[] = [
  ...new Set(Object.keys(eventSchemas).map((key) => key.slice(0, key.indexOf("@")))),
  "informative/history-restored",
]
  .filter((type) => !neverSent.includes(type))
  .sort();

/** Whether events of a type are for a subscription with this filter; an empty one asks for all. */
export function isWanted(types: readonly string[], type: string): boolean {
  return types.length === 0 ? !neverSent.includes(type) : types.includes(type);
}

const url = v.pipe(
  v.string(),
  v.maxLength(subscriptionLimits.urlLength),
  v.regex(
    // Without a flag, which JSON Schema does not know.
    /^[hH][tT][tT][pP][sS]?:\/\/[^\s/?#@\\]+([/?][^\s#\\]*)?$/,
    "expected an address such as https://example.com/hook, without a user, a password or a #",
  ),
);
const types = v.pipe(
  v.array(v.picklist(subscribableTypes, "expected a type of event that this server knows")),
  v.maxLength(subscriptionLimits.types),
  v.check((list) => new Set(list).size === list.length, "expected each type once"),
);

/** Asks (as an owner) that events are sent to an address from now on. No types: all of them. */
export const newSubscriptionSchema = v.strictObject({
  url,
  mode: v.picklist(subscriptionModes),
  types: v.optional(types, []),
  description: v.optional(p.shortText, ""),
});

/** Changes a subscription (as an owner). `active: false` pauses it: what happens meanwhile waits. */
export const subscriptionChangeSchema = v.strictObject({
  url: v.exactOptional(url),
  mode: v.exactOptional(v.picklist(subscriptionModes)),
  types: v.exactOptional(types),
  description: v.exactOptional(p.shortText),
  active: v.exactOptional(v.boolean()),
});

/**
 * `active`; `paused` by an owner; `gone`: the receiver answered 410; `full`: too much waited, so what happens since
 * then is not kept for it. An owner can make each active again.
 */
export const subscriptionStates = ["active", "paused", "gone", "full"] as const;
export type SubscriptionState = (typeof subscriptionStates)[number];

/** Why an attempt did not deliver. `status` is the receiver's, where it answered. */
const deliveryFaults = [
  "status",
  "redirect",
  "timeout",
  "refused-address",
  "no-such-host",
  "no-connection",
  "bad-certificate",
  "gone",
  "stopped",
  "unreadable",
] as const;
export type DeliveryFaultReason = (typeof deliveryFaults)[number];
export const deliveryFaultSchema = v.looseObject({
  reason: v.picklist(deliveryFaults),
  status: v.exactOptional(p.integer(100, 999)),
});

/** One subscription, as an owner sees it: never its secret. */
export const subscriptionSchema = v.looseObject({
  id: p.uuid,
  url: v.string(),
  mode: v.picklist(subscriptionModes),
  types: v.array(v.string()),
  description: v.string(),
  state: v.picklist(subscriptionStates),
  createdAt: p.instant,
  /**
   * The name of whoever made it, where that one has no access any more; null where it has, or where nobody knows. Older
   * servers do not tell.
   */
  endedMaker: v.exactOptional(v.nullable(p.shortText)),
  /** Until when the secret before the last rotation signs too; null when only one signs. */
  formerSecretUntil: v.nullable(p.instant),
  lastDeliveredAt: v.nullable(p.instant),
  /** Events that are not delivered yet, dead ones and what is behind them included. */
  waiting: p.count,
  /** Those of them that were given up, and wait for a person. */
  dead: p.count,
});
export const subscriptionsSchema = v.looseObject({ subscriptions: v.array(subscriptionSchema) });

/** A subscription with its secret: told once, when it is drawn. */
export const subscriptionWithSecretSchema = v.looseObject({
  subscription: subscriptionSchema,
  secret: v.pipe(v.string(), v.regex(/^whsec_[A-Za-z0-9+/]{43}=$/)),
});

const deliveryStates = ["pending", "dead"] as const;
export type ListedState = (typeof deliveryStates)[number];

/** One event on its way to one subscription. `id` is the `webhook-id` of all its attempts. */
const deliverySchema = v.looseObject({
  id: p.uuid,
  event: p.uuid,
  type: p.eventType,
  stream: p.streamKey,
  position: p.integer(1, Number.MAX_SAFE_INTEGER),
  state: v.picklist(deliveryStates),
  attempts: p.count,
  triedAt: v.nullable(p.instant),
  fault: v.nullable(deliveryFaultSchema),
  /** When it is tried next; null where it waits behind an earlier one of its stream, or for a person. */
  dueAt: v.nullable(p.instant),
});

/** `after`: from the answer before, for the page that follows it; null where there is none. */
export const deliveriesSchema = v.looseObject({
  deliveries: v.array(deliverySchema),
  after: v.nullable(v.string()),
});
export const deliveriesQuerySchema = v.strictObject({
  state: v.picklist(deliveryStates),
  after: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, "expected what the page before answered"))),
});

/** The result of one attempt with a ping, made at once and never repeated. */
export const testResultSchema = v.looseObject({
  delivered: v.boolean(),
  status: v.nullable(p.integer(100, 999)),
  fault: v.nullable(deliveryFaultSchema),
  ms: p.count,
});

/** How many given-up deliveries are tried again. */
export const replayedSchema = v.looseObject({ replayed: p.count });

export type NewSubscription = Readonly<v.InferOutput<typeof newSubscriptionSchema>>;
export type SubscriptionChange = Readonly<v.InferOutput<typeof subscriptionChangeSchema>>;
export type Subscription = Readonly<v.InferOutput<typeof subscriptionSchema>>;
export type SubscriptionWithSecret = Readonly<v.InferOutput<typeof subscriptionWithSecretSchema>>;
export type DeliveryFault = Readonly<v.InferOutput<typeof deliveryFaultSchema>>;
export type Delivery = Readonly<v.InferOutput<typeof deliverySchema>>;
export type Deliveries = Readonly<v.InferOutput<typeof deliveriesSchema>>;
export type TestResult = Readonly<v.InferOutput<typeof testResultSchema>>;
