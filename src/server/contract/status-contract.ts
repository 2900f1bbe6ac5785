import * as v from "valibot";
import { metaSchema } from "../../protocol/joining-messages.ts";
import { type AnswerContract, json, type RouteContract } from "./route-contract.ts";

const tag = "Server";
const fine = v.looseObject({ status: v.literal("ok") });

/** A contract document, and the answer to who has it already. */
const documented = (schema: v.GenericSchema): Readonly<Record<number, AnswerContract>> => ({
  200: {
    ...json("The document.", schema),
    headers: { etag: "Names this text of the document.", "cache-control": "How long it may be kept." },
  },
  304: { words: "It is as `if-none-match` says." },
});

/** Routes that answer anyone. */
export const statusContract: readonly RouteContract[] = [
  {
    method: "GET",
    path: "/v1/meta",
    tag,
    summary: "What this server is, and what it speaks",
    askedBy: "anyone",
    answers: { 200: json("What it says of itself.", metaSchema) },
    problems: { 503: ["unavailable"] },
  },
  {
    method: "GET",
    path: "/v1/sign-in",
    tag,
    summary: "Leads back to the app: for who had to sign in to something in front of the server",
    askedBy: "anyone",
    answers: { 303: { words: "The app.", headers: { location: "Where the app is." } } },
  },
  {
    method: "GET",
    path: "/healthz",
    tag,
    summary: "Whether the process runs",
    askedBy: "anyone",
    answers: { 200: json("It runs.", fine) },
  },
  {
    method: "GET",
    path: "/readyz",
    tag,
    summary: "Whether it can serve: its database answers",
    askedBy: "anyone",
    answers: { 200: json("It can.", fine) },
    problems: { 503: ["unavailable"] },
  },
  {
    method: "GET",
    path: "/metrics",
    tag,
    summary: "How the server does, for Prometheus",
    words:
      "From the server's own machine, or with the token that is configured; nobody else finds anything here.",
    askedBy: "anyone",
    headers: { authorization: "`Bearer` and the configured token." },
    answers: { 200: { words: "The metrics.", type: "text/plain", schema: v.string() } },
    problems: { 404: ["not-found"] },
  },
  {
    method: "GET",
    path: "/v1/openapi.json",
    tag,
    summary: "This document",
    askedBy: "anyone",
    headers: { "if-none-match": "The `etag` of a text that is here already." },
    answers: documented(
      v.looseObject({ openapi: v.string(), info: v.looseObject({}), paths: v.looseObject({}) }),
    ),
  },
  {
    method: "GET",
    path: "/v1/asyncapi.json",
    tag,
    summary: "The events that are handed to other services, every type at every schemaVersion",
    askedBy: "anyone",
    headers: { "if-none-match": "The `etag` of a text that is here already." },
    answers: documented(
      v.looseObject({ asyncapi: v.string(), info: v.looseObject({}), channels: v.looseObject({}) }),
    ),
  },
];
