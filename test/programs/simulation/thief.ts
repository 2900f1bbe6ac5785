import type { KnownEvent } from "../../../src/domain/kinds.ts";
import type { StreamKey } from "../../../src/domain/stream-key.ts";
import { canonicalJson } from "../../../src/protocol/canonical-json.ts";
import { importedId, newId } from "../../../src/protocol/ids.ts";
import type { SyncResponse } from "../../../src/protocol/sync-messages.ts";
import { aProduct } from "../../domain/builders.ts";
import { drafted, lineAdded } from "../../server/support/commands.ts";
import { cloneProfile, comeOnline } from "./faults.ts";
import { askAs, outsidersCommand, syncOf, tokenOf } from "./outsiders.ts";
import { save } from "./virtual-device.ts";
import { deviceRow } from "./virtual-server.ts";
import { after, makeLuck, worldNowMs } from "./virtual-time.ts";
import { at } from "./work.ts";
import { count, type VirtualDevice, type World } from "./world.ts";

/** Which worlds have a thief: one in five. Of those that are played again by name only the one that its thief broke. */
export const hasThief = (seed: number) => seed % 5 === 1;

/** What a rep is refused, on whatever stream; nobody else in these worlds says such a thing. */
const forbidden: KnownEvent = { type: "product-added", schemaVersion: 2, data: aProduct() };

/**
 * A rep's device that spends the ids of what others have saved, before it is sent or after a restore has lost it, and
 * those of delivery notes that are yet to be booked in: on orders of its own, on lines of theirs, and on what the server
 * refuses. Deliveries come in such worlds, and sometimes two people book in the same one. Goods without a note are
 * booked by hand where there is no signal, and sometimes a profile is copied while they wait under an id that is spent.
 * It has luck of its own, so that the plan is the same without it. It goes on until the faults end.
 */
export async function startThief(world: World, seed: number, chaosMs: number): Promise<void> {
  const { server } = world;
  const luck = makeLuck(Math.imul(seed, 40_503) + 7);
  const endMs = worldNowMs() + chaosMs;
  let joined = 0;
  let token = "";
  let seq = 0;
  let notes = 0;

  const join = async () => {
    joined += 1;
    token = tokenOf(`thief-${joined}`);
    await server.addDevice(deviceRow(newId(), `ZZ${joined}`, "Thief", "rep", token));
  };

  /** Tells whether the id is the thief's now. */
  const spend = async (id: string, its: string): Promise<boolean> => {
    seq += 1;
    const [stream, event] = wish(its, luck(), seq);
    const command = await outsidersCommand(server, { id, seq, stream, event, who: "thief" });
    const answer = await askAs(server, { token, node: seq }, syncOf(seq, [command]));
    // A restored server does not know the thief any more: somebody lets it in again.
    if (answer.status === 401) await join();
    if (!answer.ok) return false;
    const verdict = ((await answer.json()) as SyncResponse).verdicts[0];
    if (verdict?.outcome === "accepted") count(world, "id-stolen");
    if (verdict?.outcome !== "refused") return verdict?.outcome === "accepted";
    const { problem } = verdict;
    count(world, problem.code === "id-taken" ? "id-kept" : "id-refused-first");
    if (problem.code !== "id-taken" && stream !== its) world.refusedToThief.set(id, canonicalJson(problem));
    return false;
  };

  const steal = async () => {
    const known = new Set((await server.events()).map(({ command }) => command));
    const waiting = world.saved.filter(({ id }) => !known.has(id));
    const victim = at((luck() < 0.8 ? waiting : world.saved).slice(-8), luck());
    if (victim !== undefined) await spend(victim.id, victim.stream);
  };

  /** The people who book goods in, from one on that a share tells. */
  const clerks = (share: number) => {
    const all = world.devices.filter(({ role, tabs }) => role !== "rep" && tabs[0]?.device !== undefined);
    const first = Math.floor(share * all.length);
    return [...all.slice(first), ...all.slice(0, first)];
  };

  const deliver = async () => {
    notes += 1;
    const sku = `TEA-${1 + (notes % 5)}`;
    const stream = `stock/${sku}` as StreamKey;
    const id = importedId("command", `stockReceipts/DN-${notes}/${sku}`);
    if (luck() < 0.5) await spend(id, stream).catch(() => {});
    const quantity = 1 + Math.floor(luck() * 40);
    const [first, second] = clerks(luck());
    const book = async (clerk: VirtualDevice | undefined, figure: number) => {
      const tab = clerk?.tabs[0];
      if (clerk === undefined || tab === undefined) return;
      const command = { type: "receive-stock", data: { sku, quantity: figure } } as const;
      await save(world, clerk, tab, { id, stream, command }, figure);
    };
    await book(first, quantity);
    if (luck() < 0.4) await book(second, luck() < 0.5 ? quantity : quantity + 1);
  };

  const bookByHand = async () => {
    const [clerk] = clerks(luck());
    const tab = clerk?.tabs[0];
    if (clerk === undefined || tab === undefined) return;
    clerk.link.up = false;
    after(5_000 + luck() * 30_000, () => comeOnline(world, clerk));
    const stream = "stock/TEA-1" as StreamKey;
    const quantity = 1 + Math.floor(luck() * 40);
    const data = { sku: "TEA-1", quantity };
    const handled = await save(world, clerk, tab, { stream, command: { type: "receive-stock", data } });
    if (handled?.outcome !== "saved") return;
    const isCopied = luck() < 0.3;
    const isTaken = await spend(handled.commandId, stream);
    if (isTaken && isCopied && cloneProfile(world, clerk)) count(world, "copied-while-taken");
  };

  const again = () => {
    if (worldNowMs() >= endMs) return;
    // A server that is down is asked another time.
    (luck() < 0.2 ? deliver() : steal()).catch(() => {});
    after(2_000 + luck() * 20_000, again);
  };
  const againByHand = () => {
    if (worldNowMs() >= endMs) return;
    bookByHand().catch(() => {});
    after(20_000 + luck() * 80_000, againByHand);
  };
  await join();
  after(luck() * 10_000, again);
  after(luck() * 60_000, againByHand);
}

/** What it says under somebody's id, and where. */
function wish(victim: string, share: number, seq: number): readonly [stream: string, event: KnownEvent] {
  const own = `order/${newId()}`;
  if (share < 0.4) return [own, drafted(`ZZ-${seq}`)];
  if (share < 0.6) return [own, lineAdded("TEA-1")];
  if (share < 0.75) return ["product/TEA-1", forbidden];
  return victim.startsWith("order/") ? [victim, lineAdded("TEA-1")] : [own, drafted(`ZZ-${seq}`)];
}
