import type { Role } from "../../../src/domain/role.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { makeWebhooks } from "../../../src/server/consumers/webhooks/webhooks.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { drafted, lineAdded, makeOrderHand } from "./commands.ts";
import { consumeAll } from "./consume-all.ts";
import { joinAs, startWorkspace, type TestDevice } from "./test-server.ts";

/** A workspace with an order of two commands, and a device of each role. */
export interface World {
  readonly workspace: string;
  readonly devices: Readonly<Record<Role, TestDevice>>;
  readonly orderId: string;
  readonly lineId: string;
  readonly cursor: string;
  /** To an address that answers nothing, and with one delivery. */
  readonly subscription: string;
  readonly delivery: string;
  readonly events: readonly LogEvent[];
  /** Ids that this world has not used yet. */
  readonly drawn: { readonly device: string; readonly hand: ReturnType<typeof makeOrderHand> };
}

/** Makes such a workspace on a server. */
export async function aWorld(at: RunningServer): Promise<World> {
  const owner = await startWorkspace(at);
  const devices = {
    owner,
    rep: await joinAs(at, owner, "rep"),
    warehouse: await joinAs(at, owner, "warehouse"),
    service: await joinAs(at, owner, "service"),
  };
  const payload = { url: "http://127.0.0.1:1/", mode: "state", types: ["order-drafted"] };
  const made = await owner.ask({ method: "POST", url: "/v1/subscriptions", payload });
  const subscription = made.json<{ subscription: { id: string } }>().subscription.id;
  await owner.ask({ method: "PATCH", url: `/v1/subscriptions/${subscription}`, payload: { active: false } });
  const hand = makeOrderHand();
  const line = lineAdded("TEA");
  await owner.push(hand.command(1, drafted(`${owner.joined.device.code}-1`)), hand.command(2, line));
  const { events, cursor } = await owner.mustSync();
  const workspace = owner.joined.workspace.id;
  await consumeAll(at.store, makeWebhooks(), workspace);
  const [waiting] = await at.store.inWorkspace(workspace, (tx) =>
    tx.listDeliveries(subscription, "pending", 0, 1),
  );
  const drawn = makeOrderHand();
  return {
    workspace,
    devices,
    orderId: hand.stream.slice("order/".length),
    lineId: (line.data as { lineId: string }).lineId,
    cursor,
    subscription,
    delivery: waiting?.id ?? "",
    events,
    drawn: { device: drawn.stream.slice("order/".length), hand: drawn },
  };
}
