import type { Device } from "../../../src/device/storage/device.ts";
import { mustMeta } from "../../../src/device/storage/meta.ts";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import type { StreamKey } from "../../../src/domain/stream-key.ts";
import { formatCursor } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { syncResponseSchema } from "../../../src/protocol/sync-messages.ts";
import { applyAnswer } from "../../../src/sync/engine/apply-answer.ts";
import { uuid } from "../../domain/builders.ts";
import { madeUp } from "../../support/over-the-wire.ts";

const hash = "a".repeat(64);

/**
 * What a device hears from its server: one event of somebody else, at `at`, applied as the answer to an exchange that
 * carried nothing.
 */
export async function hear(
  device: Device,
  stream: StreamKey,
  event: KnownEvent,
  at = "2026-01-05T10:00:00.000Z",
): Promise<void> {
  const [place, row] = await Promise.all([mustMeta(device.db, "place"), device.db.streams.get(stream)]);
  const position = place.position + 1;
  const applied = await applyAnswer(device.db, {
    fence: place.fence,
    from: { position: place.position, hash: place.hash },
    end: { position, hash },
    sent: [],
    clockOffsetMs: 0,
    nowMs: Date.parse(at),
    response: madeUp(syncResponseSchema, {
      serverTime: at,
      cursor: formatCursor({ position, hash }),
      knownSeq: 0,
      verdicts: [],
      more: false,
      head: position,
      events: [
        {
          ...event,
          position,
          id: newId(),
          stream,
          version: (row?.confirmed.version ?? 0) + 1,
          at,
          recordedAt: at,
          clockOffsetMs: 0,
          device: uuid(900),
          seq: position,
          command: newId(),
          actor: "Inventory",
          traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
          hash,
        },
      ],
    }),
  });
  if (applied !== "applied") throw new Error(`expected the answer to apply, found ${applied}`);
}
