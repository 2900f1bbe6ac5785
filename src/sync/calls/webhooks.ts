import * as v from "valibot";
import type { Device } from "../../device/storage/device.ts";
import type { RequestBody } from "../../protocol/request-body.ts";
import {
  type Deliveries,
  deliveriesSchema,
  type ListedState,
  type NewSubscription,
  replayedSchema,
  type Subscription,
  type SubscriptionChange,
  type SubscriptionWithSecret,
  subscribableTypes,
  subscriptionSchema,
  subscriptionsSchema,
  subscriptionWithSecretSchema,
  type TestResult,
  testResultSchema,
} from "../../protocol/subscription-messages.ts";
import { type Answer, callAs, refused } from "./call-as.ts";

/** The types of events that a subscription can ask for, as they are called on the wire. */
export const eventTypes = subscribableTypes;

/** All subscriptions of the workspace. Owners may, here and below; all of it needs the server. */
export async function listWebhooks(device: Device): Promise<Answer<readonly Subscription[]>> {
  const answer = await ask(device, "GET", "", subscriptionsSchema);
  return answer.ok ? { ok: true, value: answer.value.subscriptions } : answer;
}

/** Begins a subscription; its secret is in this answer and never again. */
export function addWebhook(device: Device, wanted: NewSubscription): Promise<Answer<SubscriptionWithSecret>> {
  return ask(device, "POST", "", subscriptionWithSecretSchema, wanted);
}

export function changeWebhook(
  device: Device,
  id: string,
  change: SubscriptionChange,
): Promise<Answer<Subscription>> {
  return ask(device, "PATCH", `/${id}`, subscriptionSchema, change);
}

/** Deletes a subscription with all that waits for it. */
export function deleteWebhook(device: Device, id: string): Promise<Answer<unknown>> {
  return ask(device, "DELETE", `/${id}`, v.unknown());
}

/** Draws another secret; the old one signs beside it for a day. */
export function rotateWebhookSecret(device: Device, id: string): Promise<Answer<SubscriptionWithSecret>> {
  return ask(device, "POST", `/${id}/rotate-secret`, subscriptionWithSecretSchema, {});
}

/** Sends a test event at once. */
export function testWebhook(device: Device, id: string): Promise<Answer<TestResult>> {
  return ask(device, "POST", `/${id}/test`, testResultSchema, {});
}

/** What waits, or was given up: a page of it. */
export function listDeliveries(
  device: Device,
  id: string,
  state: ListedState,
  after: string | null,
): Promise<Answer<Deliveries>> {
  const query = new URLSearchParams({ state, ...(after === null ? {} : { after }) });
  return ask(device, "GET", `/${id}/deliveries?${query}`, deliveriesSchema);
}

/** Tries a given-up delivery again, or passes it over. */
export function reviveDelivery(
  device: Device,
  id: string,
  delivery: string,
  how: "replay" | "skip",
): Promise<Answer<unknown>> {
  return ask(device, "POST", `/${id}/deliveries/${delivery}/${how}`, v.unknown(), {});
}

/** Tries everything again that was given up. */
export function replayDeliveries(device: Device, id: string): Promise<Answer<{ readonly replayed: number }>> {
  return ask(device, "POST", `/${id}/replay`, replayedSchema, {});
}

async function ask<Schema extends v.GenericSchema>(
  device: Device,
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  schema: Schema,
  body?: RequestBody,
): Promise<Answer<v.InferOutput<Schema>>> {
  const request = { method, path: `/v1/subscriptions${path}`, schema };
  const reply = await callAs(device, body === undefined ? request : { ...request, body });
  return reply.outcome === "answered" ? { ok: true, value: reply.body } : refused(reply);
}
