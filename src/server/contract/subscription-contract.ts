import * as v from "valibot";
import { uuid } from "../../protocol/parsers.ts";
import {
  deliveriesQuerySchema,
  deliveriesSchema,
  newSubscriptionSchema,
  replayedSchema,
  subscriptionChangeSchema,
  subscriptionSchema,
  subscriptionsSchema,
  subscriptionWithSecretSchema,
  testResultSchema,
} from "../../protocol/subscription-messages.ts";
import { json, type Problems, type RouteContract } from "./route-contract.ts";

const tag = "Webhooks";
const askedBy = "owner";
const params = { id: uuid };
const notFound: Problems = { 404: ["not-found"] };
const itsId = v.looseObject({ id: uuid });

/** What an owner does with subscriptions, and with what is on its way to them. */
export const subscriptionContract: readonly RouteContract[] = [
  {
    method: "POST",
    path: "/v1/subscriptions",
    tag,
    summary: "Have events sent to an address from now on",
    words:
      "The secret is told once. An address in a private network is refused, unless the server allows them.",
    askedBy,
    body: newSubscriptionSchema,
    answers: { 201: json("The subscription, and the secret that signs.", subscriptionWithSecretSchema) },
    problems: { 409: ["too-many-subscriptions"], 422: ["address-refused"] },
  },
  {
    method: "GET",
    path: "/v1/subscriptions",
    tag,
    summary: "All subscriptions",
    askedBy,
    answers: { 200: json("The subscriptions, without their secrets.", subscriptionsSchema) },
  },
  {
    method: "PATCH",
    path: "/v1/subscriptions/{id}",
    tag,
    summary: "Change a subscription, pause it, or let it go on",
    askedBy,
    params,
    body: subscriptionChangeSchema,
    answers: { 200: json("The subscription as it is now.", subscriptionSchema) },
    problems: { ...notFound, 422: ["address-refused"] },
  },
  {
    method: "DELETE",
    path: "/v1/subscriptions/{id}",
    tag,
    summary: "Delete a subscription, with all that waits for it",
    askedBy,
    params,
    answers: { 200: json("It is gone.", itsId) },
    problems: notFound,
  },
  {
    method: "POST",
    path: "/v1/subscriptions/{id}/test",
    tag,
    summary: "Send a test event at once",
    words: "Ten of a workspace in a minute.",
    askedBy,
    params,
    answers: { 200: json("The result.", testResultSchema) },
    problems: notFound,
  },
  {
    method: "POST",
    path: "/v1/subscriptions/{id}/rotate-secret",
    tag,
    summary: "Draw another secret",
    words: "Both sign for a while, so that the receiver can change over.",
    askedBy,
    params,
    answers: { 200: json("The subscription, and its new secret.", subscriptionWithSecretSchema) },
    problems: notFound,
  },
  {
    method: "GET",
    path: "/v1/subscriptions/{id}/deliveries",
    tag,
    summary: "What is on its way, or was given up",
    askedBy,
    params,
    query: deliveriesQuerySchema,
    answers: { 200: json("A page of deliveries.", deliveriesSchema) },
    problems: notFound,
  },
  {
    method: "POST",
    path: "/v1/subscriptions/{id}/replay",
    tag,
    summary: "Try again all that was given up",
    askedBy,
    params,
    answers: { 200: json("How many are tried again.", replayedSchema) },
    problems: notFound,
  },
  ...(["replay", "skip"] as const).map(
    (how): RouteContract => ({
      method: "POST",
      path: `/v1/subscriptions/{id}/deliveries/{delivery}/${how}`,
      tag,
      summary: how === "replay" ? "Try one again that was given up" : "Pass over one that was given up",
      words: "What waits behind it in its stream goes on.",
      askedBy,
      params: { ...params, delivery: uuid },
      answers: { 200: json("The delivery is taken care of.", itsId) },
      problems: { ...notFound, 409: ["not-dead"] },
    }),
  ),
];
