import * as v from "valibot";
import {
  consistencyQuerySchema,
  consistencySchema,
  consumersSchema,
  resetAnswerSchema,
  retryAnswerSchema,
  retryRequestSchema,
} from "../../protocol/consumer-messages.ts";
import { json, type RouteContract } from "./route-contract.ts";

const tag = "Services behind the log";

/** How far the services that follow the log have come, and what an owner can do about one that is stuck. */
export const consumerContract: readonly RouteContract[] = [
  {
    method: "GET",
    path: "/v1/consistency",
    tag,
    summary: "Have all services read up to this position?",
    words: "Without `at`: the log's end as it is now.",
    askedBy: "device",
    query: consistencyQuerySchema,
    answers: { 200: json("How far each has come.", consistencySchema) },
    problems: { 409: ["history-changed"] },
  },
  {
    method: "GET",
    path: "/v1/consumers",
    tag,
    summary: "The services, how far behind they are, and what they have set aside",
    askedBy: "owner",
    answers: { 200: json("The services.", consumersSchema) },
  },
  {
    method: "POST",
    path: "/v1/consumers/{name}/retry",
    tag,
    summary: "Try again what a service has set aside of a stream",
    askedBy: "owner",
    params: { name: v.string() },
    body: retryRequestSchema,
    answers: { 200: json("The outcome.", retryAnswerSchema) },
    problems: { 404: ["not-found"] },
  },
  {
    method: "POST",
    path: "/v1/consumers/{name}/reset",
    tag,
    summary: "Let a service read the log again from its start",
    askedBy: "owner",
    params: { name: v.string() },
    answers: { 200: json("The outcome.", resetAnswerSchema) },
    problems: { 404: ["not-found"] },
  },
];
