import * as v from "valibot";
import type { Device } from "../../device/storage/device.ts";
import { mustMeta } from "../../device/storage/meta.ts";
import { idOf, kindOf, type StreamKey } from "../../domain/stream-key.ts";
import { type LogEvent, logEventSchema } from "../../protocol/log-event.ts";
import { call } from "./transport.ts";

const historySchema = v.looseObject({ events: v.array(logEventSchema) });

/**
 * Asks the server for what happened to one thing: a device that began with states has not all of it. Undefined where
 * the server does not answer now.
 */
export async function fetchHistory(
  device: Device,
  stream: StreamKey,
): Promise<readonly LogEvent[] | undefined> {
  const { joined } = await mustMeta(device.db, "identity");
  if (joined === undefined) return undefined;
  const { origin, token } = joined;
  const path = `/v1/streams/${kindOf(stream)}/${idOf(stream)}`;
  const reply = await call({ origin, token, method: "GET", path, schema: historySchema });
  return reply.outcome === "answered" ? reply.body.events : undefined;
}
