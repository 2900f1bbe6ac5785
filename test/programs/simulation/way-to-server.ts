import type { SyncWorld } from "../../../src/sync/contexts/browser-world.ts";
import { onWake } from "../../../src/sync/contexts/on-wake.ts";
import { makeServerCalls, type ServerCalls } from "../../../src/sync/contexts/server-calls.ts";
import { asksTooOften } from "./asked-too-often.ts";
import { overLink } from "./link.ts";
import {
  type Context,
  contextTimer,
  electionPorts,
  inContext,
  killContext,
  makeContext,
} from "./virtual-browser.ts";
import { after, worldLuck, worldNowMs } from "./virtual-time.ts";
import { count, describe, type VirtualDevice, type World } from "./world.ts";

/** What a page of this device's browser gives to sync. */
export function tabWorld(world: World, device: VirtualDevice, context: Context): SyncWorld {
  const clockMs = () => worldNowMs() + device.skewMs;
  return {
    ...wayToServer(world, device, context),
    nowMs: clockMs,
    luck: worldLuck,
    report: (error) => {
      if (context.alive) world.errors.push(`${context.name} reported: ${describe(error)}`);
    },
    setTimer: (delayMs, ring) => contextTimer(context, delayMs, ring),
    election: { ...electionPorts(device.profile, context), nowMs: clockMs },
    startHints: (_opened, heard) => {
      const hear = (head: number) => {
        if (device.link.up && worldLuck() >= world.lossOfHints)
          after(
            30,
            inContext(context, () => heard(head)),
          );
        else count(world, "hint-lost");
      };
      world.server.listeners.add(hear);
      return { stop: () => void world.server.listeners.delete(hear) };
    },
    askForWake: async () => {
      device.wakeAsked = true;
      device.wakeTries = 0;
      scheduleWake(world, device);
      return true;
    },
    askForPeriodicWakes: async () => false,
    onOnline: (wake) => {
      const listener = inContext(context, wake);
      device.online.add(listener);
      return () => void device.online.delete(listener);
    },
  };
}

/** What a context can ask of the server, over this device's link: the real calls of a device. */
function wayToServer(world: World, device: VirtualDevice, context: Context): ServerCalls {
  const { server } = world;
  const ask = (...asked: Parameters<typeof fetch>): Promise<Response> =>
    new Promise((resolve, reject) => {
      const counted = (fault: string) => count(world, fault);
      if (device.freezeNext) {
        device.freezeNext = false;
        context.frozen = true;
        count(world, "frozen-in-flight");
      }
      device.inFlight.add(resolve);
      const node = worldLuck() < 0.5 ? 0 : 1;
      const ended = (tell: () => void) => {
        device.inFlight.delete(resolve);
        inContext(context, tell)();
      };
      overLink(device.link, worldLuck, counted, () => server.ask(node, ...asked)).then(
        (response) => ended(() => resolve(response)),
        (error: unknown) => ended(() => reject(error)),
      );
    });
  const calls = makeServerCalls(() => worldNowMs() + device.skewMs, ask);
  return {
    post: (identity, request) => {
      if (asksTooOften(device, request, worldNowMs()))
        world.errors.push(`${device.name} asks for the same thing over and over, with nothing to send`);
      if (worldLuck() < 0.1) world.lookBetween(device);
      return calls.post(identity, request);
    },
    handOver: calls.handOver,
    askStates: (...asked) => {
      count(world, "states-asked");
      return calls.askStates(...asked);
    },
    askChain: (...asked) => {
      count(world, "history-changed");
      return calls.askChain(...asked);
    },
    giveBack: (...asked) => {
      count(world, "given-back");
      return calls.giveBack(...asked);
    },
    askSuccessor: (...asked) => {
      count(world, "successor");
      return calls.askSuccessor(...asked);
    },
  };
}

/** How long the browser waits before it wakes the worker again after a wake that failed. */
const wakeAgainMs = 300_000;

/** Background Sync: fires when there is a network, three times at most, and then waits to be asked again. */
export function scheduleWake(world: World, device: VirtualDevice): void {
  if (!device.wakeAsked || device.wakeDue || !device.link.up) return;
  device.wakeDue = true;
  after(device.wakeTries === 0 ? 1_000 : wakeAgainMs * device.wakeTries, () => {
    device.wakeDue = false;
    if (!device.wakeAsked || !device.link.up || device.worker !== undefined) return;
    const context = makeContext(`${device.name}/worker`);
    device.worker = context;
    count(world, "worker-wake");
    const ended = (left: boolean) =>
      inContext(context, () => {
        killContext(device.profile, context);
        device.worker = undefined;
        device.wakeTries += 1;
        device.wakeAsked = left && device.wakeTries < 3;
        scheduleWake(world, device);
      });
    const clockMs = () => worldNowMs() + device.skewMs;
    onWake(undefined, device.storage, {
      ...wayToServer(world, device, context),
      nowMs: clockMs,
      election: { ...electionPorts(device.profile, context), nowMs: clockMs },
    }).then(
      () => ended(false)(),
      () => ended(true)(),
    );
  });
}
