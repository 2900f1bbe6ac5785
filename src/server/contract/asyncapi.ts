import { cloudEventBatchType, cloudEventType } from "../../protocol/cloud-events.ts";
import { cursorHeader } from "../../protocol/feed-messages.ts";
import { type EventShape, eventShapes } from "./event-shapes.ts";
import { type DocumentSchema, namedSchemas, schemaRef } from "./json-schemas.ts";
import type { Meta } from "./meta.ts";

const dialect = "draft-07";

/**
 * The events that other services get, as an AsyncAPI 3.0 document: every type at every schemaVersion, as it comes by
 * the feed (with its data) and by webhooks (with its data, or as a notification).
 */
export function makeAsyncApi({ version, publicUrl }: Meta): DocumentSchema {
  const states = eventShapes.map(({ name }) => name);
  const notifications = eventShapes.map(notificationName);
  return {
    asyncapi: "3.0.0",
    info: { title: "Docket", version, description: about },
    defaultContentType: cloudEventType,
    servers: { docket: serverOf(publicUrl) },
    channels: {
      feed: {
        address: "/v1/events",
        title: "The feed",
        description: feedWords,
        messages: messageRefs(states),
        bindings: { http: {} },
      },
      webhooks: {
        address: null,
        title: "Webhooks",
        description: webhookWords,
        servers: [],
        messages: messageRefs([...states, ...notifications, "ping"]),
        bindings: { http: {} },
      },
    },
    operations: {
      answerFeed: {
        action: "send",
        channel: { $ref: "#/channels/feed" },
        summary: "Answers who asks for the events after a position.",
        bindings: { http: { method: "GET", bindingVersion: "0.3.0" } },
      },
      callWebhook: {
        action: "send",
        channel: { $ref: "#/channels/webhooks" },
        summary: "Sends each event to the address of every subscription that wants it.",
        bindings: { http: { method: "POST", bindingVersion: "0.3.0" } },
      },
    },
    components: {
      schemas: { ...namedSchemas(dialect), WebhookHeaders: webhookHeaders },
      messages: Object.fromEntries([
        ...eventShapes.map((shape) => [shape.name, stateMessage(shape)]),
        ...eventShapes.map((shape) => [notificationName(shape), notificationMessage(shape)]),
        ["ping", pingMessage],
      ]),
    },
  };
}

const about = [
  "The log of a workspace as CloudEvents 1.0. An event is never changed: a new meaning is a new schemaVersion, under a",
  "`type` of its own, and the former one stays described here for ever. `partitionkey` is the stream, within which order",
  "counts; `sequence` is the position in the workspace's log, as text that sorts as the positions do; `causationid` is",
  "the event that this one answers. Tell events by their `id`: each may come more than once.",
].join(" ");

const feedWords = [
  `\`GET /v1/events?after=<cursor>\` answers \`${cloudEventBatchType}\`: an array of these messages, in the order of the`,
  `log, whole commands only. The header \`${cursorHeader}\` holds the next \`after\`. With \`prefer: wait=20\` the answer`,
  "waits for the next command. The OpenAPI document has the details.",
].join(" ");

const webhookWords = [
  "Each event is one POST to the address of the subscription, signed as Standard Webhooks say. It is sent again until it",
  "is answered with 2xx, always under the same `webhook-id`; within a stream an event is sent when the one before it is",
  "through. A subscription gets each event whole, or as a notification that says where to read it.",
].join(" ");

const webhookHeaders: DocumentSchema = {
  type: "object",
  properties: {
    "webhook-id": { type: "string", description: "The same for every attempt at one delivery." },
    "webhook-timestamp": {
      type: "string",
      pattern: "^\\d+$",
      description: "When it was signed, in seconds since 1970.",
    },
    "webhook-signature": {
      type: "string",
      description:
        "`v1,` and the HMAC-SHA256 in base64; two of them, with a space between, while the secret changes.",
    },
  },
};

/** What an owner has sent to see whether it arrives: an event that is in no log. */
const pingMessage: DocumentSchema = {
  name: "docket.ping.v1",
  title: "A test",
  contentType: cloudEventType,
  headers: schemaRef("WebhookHeaders"),
  payload: {
    type: "object",
    properties: {
      specversion: { const: "1.0" },
      id: { type: "string" },
      source: { type: "string" },
      type: { const: "docket.ping.v1" },
      subject: { type: "string" },
      time: { type: "string" },
      datacontenttype: { const: "application/json" },
      data: { type: "object", properties: { subscription: { type: "string" } } },
    },
    required: ["specversion", "id", "source", "type"],
  },
};

/** Where the server is; one that does not know its own address says so by a variable. */
function serverOf(publicUrl: string | null): DocumentSchema {
  if (publicUrl === null) {
    const host = { description: "Where this document came from.", default: "localhost:8787" };
    return { host: "{host}", protocol: "http", variables: { host } };
  }
  const { host, protocol } = new URL(publicUrl);
  return { host, protocol: protocol.replace(":", "") };
}

function notificationName({ name }: EventShape): string {
  return `${name}.notification`;
}

function messageRefs(names: readonly string[]): DocumentSchema {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function stateMessage({ type, schemaVersion, cloudType, name }: EventShape): DocumentSchema {
  return {
    name: cloudType,
    title: `${type}, schemaVersion ${schemaVersion}`,
    contentType: cloudEventType,
    payload: {
      allOf: [
        schemaRef("StateEvent"),
        { properties: { ...constants(cloudType, schemaVersion), data: schemaRef(name) } },
      ],
    },
  };
}

function notificationMessage({ type, schemaVersion, cloudType }: EventShape): DocumentSchema {
  return {
    name: cloudType,
    title: `${type}, schemaVersion ${schemaVersion}: that it happened`,
    contentType: cloudEventType,
    headers: schemaRef("WebhookHeaders"),
    payload: {
      allOf: [schemaRef("NotificationEvent"), { properties: constants(cloudType, schemaVersion) }],
    },
  };
}

function constants(cloudType: string, schemaVersion: number): DocumentSchema {
  return { type: { const: cloudType }, schemaversion: { const: schemaVersion } };
}
