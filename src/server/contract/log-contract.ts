import * as v from "valibot";
import { cloudEventBatchType } from "../../protocol/cloud-events.ts";
import { cursorHeader, feedPageSchema, feedQuerySchema } from "../../protocol/feed-messages.ts";
import { handOverRequestSchema, handOverResponseSchema } from "../../protocol/hand-over-messages.ts";
import {
  chainQuerySchema,
  chainSchema,
  resupplyRequestSchema,
  resupplyResponseSchema,
} from "../../protocol/healing-messages.ts";
import { streamHistorySchema } from "../../protocol/joining-messages.ts";
import { limits } from "../../protocol/limits.ts";
import { statesPageSchema, statesQuerySchema } from "../../protocol/states-messages.ts";
import { syncRequestSchema, syncResponseSchema } from "../../protocol/sync-messages.ts";
import { json, type RouteContract } from "./route-contract.ts";

const tag = "The log";
const anything = v.string();

/** What reads the log and writes into it. */
export const logContract: readonly RouteContract[] = [
  {
    method: "POST",
    path: "/v1/sync",
    tag,
    summary: "Send commands, and fetch the next page of the log",
    words: `Commands are judged in their order, each in full. At most ${limits.requestBytes} bytes after decoding. The page ends at the end of a command.`,
    askedBy: "device",
    body: syncRequestSchema,
    answers: { 200: json("A verdict for each command, and the page after the cursor.", syncResponseSchema) },
    problems: { 409: ["device-cloned", "history-changed"] },
  },
  {
    method: "POST",
    path: "/v1/hand-over",
    tag,
    summary: "Bring what other devices wrote, as from a backup file",
    words: `Each command is judged as its writer's, by the proof that it bears: HMAC-SHA-256 with the hash of the writer's token over the canonical JSON of workspace, device, id, seq, stream, at and events. At most ${limits.requestBytes} bytes after decoding.`,
    askedBy: "device",
    body: handOverRequestSchema,
    answers: { 200: json("A verdict for each command.", handOverResponseSchema) },
    problems: { 409: ["history-changed"] },
  },
  {
    method: "GET",
    path: "/v1/events",
    tag,
    summary: "The log for other services, as CloudEvents",
    words: `Whole commands, at least one, at most ${limits.pageEvents} events or ${limits.pageBytes} bytes. Whoever follows the link from answer to answer sees every event once, in order. 409 \`history-changed\`: the server was restored from an older backup; begin again, and tell events by their id.`,
    askedBy: "device",
    query: feedQuerySchema,
    headers: {
      prefer:
        "`wait=20`: where there is nothing yet, the answer may come up to so many seconds later, as soon as there is something. At most 25.",
    },
    answers: {
      200: {
        words: "The page; empty where the log ends.",
        type: cloudEventBatchType,
        schema: feedPageSchema,
        headers: {
          [cursorHeader]: "Where this page ends: `after` of the next request.",
          link: 'The next request, as `rel="next"`.',
          "preference-applied": "How long it would have waited, where that was asked for.",
        },
      },
    },
    problems: { 409: ["history-changed"] },
  },
  {
    method: "GET",
    path: "/v1/live",
    tag,
    summary: "Be told when the log has grown",
    words:
      "Server-sent events `head` with `{position}`, and a comment as heartbeat every 15 s. Only a hint: whoever misses one asks now and then anyway.",
    askedBy: "device",
    answers: { 200: { words: "The stream, for as long as both sides hold it.", type: "text/event-stream" } },
  },
  {
    method: "GET",
    path: "/v1/streams/{kind}/{id}",
    tag,
    summary: "The history of one stream",
    words: "Its newest 5,000 events where it is very long.",
    askedBy: "device",
    params: { kind: anything, id: anything },
    answers: { 200: json("Its events, oldest first.", streamHistorySchema) },
    problems: { 404: ["not-found"] },
  },
  {
    method: "GET",
    path: "/v1/states",
    tag,
    summary: "States instead of events, for a device that begins",
    words: "404: there are none worth it, or none yet; fetch the events.",
    askedBy: "device",
    query: statesQuerySchema,
    answers: { 200: json("A page of states.", statesPageSchema) },
    problems: { 404: ["not-found"] },
  },
  {
    method: "GET",
    path: "/v1/chain",
    tag,
    summary: "Where commands end, so that a device finds the last position in common",
    words: `\`positions\` are 1 to ${limits.chainPositions} whole numbers from 1 on, with commas between them.`,
    askedBy: "device",
    query: chainQuerySchema,
    answers: { 200: json("For each position the last end of a command at or before it.", chainSchema) },
  },
  {
    method: "POST",
    path: "/v1/resupply",
    tag,
    summary: "Give back what a restored server has lost",
    words: `Whole commands as they were in a device's log, in their old order. At most ${limits.resupplyBytesMax} bytes after decoding.`,
    askedBy: "device",
    body: resupplyRequestSchema,
    answers: { 200: json("The outcome of each.", resupplyResponseSchema) },
    problems: { 409: ["history-changed"] },
  },
];
