import type { Config } from "../config.ts";
import { faultOf } from "../http/reply-problem.ts";
import type { Store } from "../store/store.ts";
import { tellConsumers } from "../telemetry/consumer-telemetry.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { consumerNames, makeConsumers } from "./make-consumers.ts";
import { startConsumers } from "./run-consumers.ts";
import { startWebhooks } from "./webhooks/start-webhooks.ts";
import { webhooksName } from "./webhooks/webhooks.ts";

/** The services at work, without a server. */
export interface RunningServices {
  readonly names: readonly string[];
  /** Ends them one after the other: who reads the log first, then who sends what was read. */
  readonly stop: readonly (() => Promise<void>)[];
}

/** What the services say to a log: `level` is pino's, 40 for a warning and 50 for an error. */
export type ServicesLog = (level: number, facts: object) => void;

/** Starts the services that are chosen, and sends webhooks where they are among these. */
export function startServices(
  store: Store,
  config: Pick<Config, "consumers" | "webhookAllowPrivate" | "publicUrl">,
  {
    clock,
    telemetry,
    log,
  }: { readonly clock: () => Date; readonly telemetry: Telemetry; readonly log: ServicesLog },
): RunningServices {
  const chosen = makeConsumers(store).filter(({ name }) =>
    config.consumers.some((wanted) => wanted === name),
  );
  const webhooks = startWebhooks(store, {
    clock,
    telemetry,
    allowPrivate: config.webhookAllowPrivate,
    publicUrl: config.publicUrl,
    isSender: chosen.some(({ name }) => name === webhooksName),
    report: (error) => log(50, { msg: "sending webhooks failed", fault: faultOf(error) }),
  });
  const told = tellConsumers(store, consumerNames, telemetry, clock);
  const running = startConsumers(store, chosen, {
    clock,
    report: (consumer, error) =>
      log(50, { msg: "a service failed, and is tried again", consumer, fault: faultOf(error) }),
    onAside: (rows) => log(40, { msg: "events were set aside", rows }),
    onPage: (page) => {
      told.onPage(page);
      if (page.consumer === webhooksName && page.taken > 0) webhooks.calls.wakeUp();
    },
  });
  return {
    names: chosen.map(({ name }) => name),
    stop: [() => running.stop(), webhooks.stop, async () => told.stop()],
  };
}
