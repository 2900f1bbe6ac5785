import { mustMeta } from "../../../src/device/storage/meta.ts";
import { statesPageSchema } from "../../../src/protocol/states-messages.ts";
import { type ExchangePorts, exchangeOnce } from "../../../src/sync/engine/exchange.ts";
import { addLine, run, startOrder } from "../../device/support/a-device.ts";
import { madeUp } from "../../support/over-the-wire.ts";
import { aFleet, type Member, type TestServer } from "./a-fleet.ts";

/** A business with a log of some length: orders that are drafts, placed and shipped. */
export async function aBusiness(options: { readonly orders?: number } = {}) {
  const fleet = await aFleet({ statesFrom: 10, pageEvents: 7 });
  const { owner } = fleet;
  const streams: Awaited<ReturnType<typeof startOrder>>["stream"][] = [];
  for (let index = 0; index < (options.orders ?? 9); index += 1) {
    const { stream } = await startOrder(owner.device);
    streams.push(stream);
    await addLine(owner.device, stream, { sku: "TEA" });
    if (index % 3 > 0) await run(owner.device, stream, { type: "place-order", data: {} });
    if (index % 3 > 1)
      await run(owner.device, stream, { type: "ship-order", data: { shippedOn: "2026-03-02" } });
  }
  await owner.sync();
  await fleet.server.followStates();
  return { ...fleet, streams };
}

/** One exchange over ports of which some are replaced. */
export async function exchangeWith(member: Member, server: TestServer, over: Partial<ExchangePorts>) {
  const { fence } = await mustMeta(member.device.db, "place");
  const ports: ExchangePorts = { ...server.ports, nowMs: () => Date.now(), ...over };
  return exchangeOnce(member.device, ports, { fence, commandsMax: 200, suspects: new Set() });
}

/** All pages in small pieces, as a slow server of many states would answer. */
export function inPiecesOf(size: number, server: TestServer): ExchangePorts["askStates"] {
  return async (identity, { part, after }) => {
    const reply = await server.ports.askStates(identity, { part, after: undefined });
    if (reply.outcome !== "answered") return reply;
    const { states } = reply.body;
    const from = after === undefined ? 0 : states.findIndex(({ stream }) => stream === after) + 1;
    const piece = states.slice(from, from + size);
    const next = piece.at(-1)?.stream ?? null;
    const body = madeUp(statesPageSchema, { ...reply.body, states: piece, next });
    return { outcome: "answered", body };
  };
}
