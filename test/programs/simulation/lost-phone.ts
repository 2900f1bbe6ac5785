import type { KnownEvent } from "../../../src/domain/kinds.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { SyncResponse } from "../../../src/protocol/sync-messages.ts";
import { drafted } from "../../server/support/commands.ts";
import { askAs, outsidersCommand, syncOf, tokenOf } from "./outsiders.ts";
import { deviceRow } from "./virtual-server.ts";
import { after, makeLuck, worldNowMs } from "./virtual-time.ts";
import { at } from "./work.ts";
import { count, type LostPhone, type World } from "./world.ts";

/** Which worlds have a lost phone: one in five, and none of those that are played again by name. */
export const hasLostPhone = (seed: number) => seed % 10 === 3 || seed % 10 === 7;

/** One device of the lineage. */
interface Identity {
  readonly id: string;
  readonly token: string;
  seq: number;
}

/** What whoever has found it asks for; to count stock and to be an owner is an owner's right alone. */
const wishes = ["follow", "be-owner", "count", "draft"] as const;

const counted: KnownEvent = {
  type: "stock-counted",
  schemaVersion: 1,
  data: { sku: "TEA-1", quantity: 5 },
};

/**
 * An owner's phone is lost. Whoever has found it draws successors, works under each of them, and goes on when it got
 * another role and when its access was taken away. The owner asks for both by any device of the lineage, at times in the
 * very moment in which another successor is asked for. A restore may undo that: then the owner asks again. It has luck
 * of its own, so that the plan is the same without it. It goes on until the faults end.
 */
export async function startLostPhone(world: World, seed: number, chaosMs: number): Promise<void> {
  const { server } = world;
  const luck = makeLuck(Math.imul(seed, 69_621) + 11);
  const startedMs = worldNowMs();
  const endMs = startedMs + chaosMs;
  const demotesMs = startedMs + chaosMs * (0.2 + luck() * 0.3);
  const revokesMs = startedMs + chaosMs * (0.5 + luck() * 0.3);
  let phone: LostPhone = { devices: new Set(), trespasses: [] };
  let identities: Identity[] = [];
  let joinedMs = startedMs;
  let drawn = 0;
  let restores = 0;

  /** An identity counts as the lineage's before anything is asked with it. */
  const draw = (): Identity => {
    drawn += 1;
    const identity = { id: newId(), token: tokenOf(`finder-${drawn}`), seq: 0 };
    phone.devices.add(identity.id);
    return identity;
  };

  const join = async () => {
    phone = { devices: new Set(), trespasses: [] };
    world.lostPhones.push(phone);
    const first = draw();
    identities = [first];
    joinedMs = worldNowMs();
    await server.addDevice(deviceRow(first.id, `YY${drawn}`, "Lost", "owner", first.token));
  };

  const follow = async (of: Identity) => {
    const next = draw();
    const body = { successorOf: of.id, device: { id: next.id, name: "Kitchen", token: next.token } };
    const answer = await askAs(server, asOf(of), { method: "POST", path: "/v1/devices", body });
    if (answer.ok) identities.push(next);
    return answer;
  };

  const write = async (of: Identity, stream: string, event: KnownEvent) => {
    of.seq += 1;
    const command = await outsidersCommand(server, {
      who: "finder",
      id: newId(),
      seq: of.seq,
      stream,
      event,
    });
    return askAs(server, asOf(of), syncOf(of.seq, [command]));
  };

  const ask = (wish: (typeof wishes)[number], of: Identity) => {
    switch (wish) {
      case "follow":
        return follow(of);
      case "be-owner":
        return askAs(server, asOf(of), changeOf(of, "PATCH", { role: "owner" }));
      case "count":
        return write(of, "stock/TEA-1", counted);
      case "draft":
        return write(of, `order/${newId()}`, drafted(`YY-${of.id.slice(-8)}-${of.seq}`));
    }
  };

  const goOn = async () => {
    const [wish, of] = [at(wishes, luck()), at(identities, luck())];
    if (wish === undefined || of === undefined) return;
    const { demotedMs, revokedMs, trespasses } = phone;
    const answer = await ask(wish, of);
    // What fails with the server says nothing of who asks.
    if (answer.status >= 500) return;
    const isGranted = answer.ok && (wish === "be-owner" || (await isAccepted(answer)));
    if (revokedMs !== undefined) {
      if (answer.status === 401) count(world, "finder-shut-out");
      else trespasses.push(`${of.id} hears ${answer.status} to ${wish} after its access was taken away`);
    } else if (demotedMs !== undefined && (wish === "be-owner" || wish === "count")) {
      if (isGranted) trespasses.push(`${of.id} may ${wish} after it got another role`);
      else count(world, "finder-demoted");
    } else if (isGranted) count(world, "finder-worked");
  };

  /** The owner asks, by whichever device of the lineage; in that moment whoever has it may ask for a successor. */
  const change = async (method: "PATCH" | "DELETE", body?: object) => {
    const owner = world.devices[0]?.tabs.find(({ device }) => device !== undefined)?.device?.identity();
    const [shown, other] = [at(identities, luck()), at(identities, luck())];
    if (owner?.joined === undefined || shown === undefined || other === undefined) return false;
    const asked = askAs(server, { token: owner.joined.token, node: drawn }, changeOf(shown, method, body));
    const also = luck() < 0.5 ? follow(other) : Promise.resolve();
    const [answer] = await Promise.allSettled([asked, also]);
    return answer.status === "fulfilled" && answer.value.ok;
  };

  const turn = async () => {
    if (restores !== server.restores) {
      restores = server.restores;
      // A server that has forgotten the whole lineage keeps it out; it is let in once more, as another one.
      if (joinedMs > server.backupMs) return join();
      if ((phone.demotedMs ?? 0) > server.backupMs) phone.demotedMs = undefined;
      if ((phone.revokedMs ?? 0) > server.backupMs) phone.revokedMs = undefined;
    }
    const nowMs = worldNowMs();
    if (phone.revokedMs === undefined && nowMs >= revokesMs) {
      if (await change("DELETE")) phone.revokedMs = nowMs;
    } else if (phone.demotedMs === undefined && nowMs >= demotesMs) {
      if (await change("PATCH", { role: "rep" })) phone.demotedMs = nowMs;
    } else await goOn();
  };

  const again = () => {
    if (worldNowMs() >= endMs) return;
    // A server that is down is asked another time.
    turn().catch(() => {});
    after(2_000 + luck() * 15_000, again);
  };
  await join();
  after(luck() * 10_000, again);
}

const asOf = ({ token, seq }: Identity) => ({ token, node: seq });

const changeOf = ({ id }: Identity, method: "PATCH" | "DELETE", body?: object) => ({
  method,
  path: `/v1/devices/${id}`,
  ...(body === undefined ? {} : { body }),
});

/** Whether a sync's one command was taken. */
async function isAccepted(answer: Response): Promise<boolean> {
  const { verdicts } = (await answer.json()) as Partial<SyncResponse>;
  return verdicts?.[0]?.outcome === "accepted";
}
