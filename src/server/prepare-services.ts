import type { Config } from "./config.ts";
import type { Consumer } from "./consumers/consumer.ts";
import { tellConsumers } from "./consumers/consumer-telemetry.ts";
import { type RunningConsumers, startConsumers } from "./consumers/run-consumers.ts";
import {
  startWebhooks,
  type WebhookCalls,
  type WebhookOptions,
} from "./consumers/webhooks/start-webhooks.ts";
import { webhooksName } from "./consumers/webhooks/webhooks.ts";
import { consumerNames, makeConsumers } from "./make-consumers.ts";
import type { Store } from "./store/store.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

/** The services of a process, in a server or without one. */
export interface Services {
  /** All that there are, whether or not they run here: what owners ask about. */
  readonly consumers: readonly Consumer[];
  /** Those that run here. */
  readonly names: readonly string[];
  /** What the routes of owners ask of webhooks. */
  readonly webhooks: WebhookCalls;
  /** Begins to read the log. */
  readonly follow: () => void;
  /** Stops them one after the other: first what reads the log, then what sends. */
  readonly stop: readonly (() => Promise<void>)[];
}

export interface ServicesPorts {
  readonly clock: () => Date;
  readonly telemetry: Telemetry;
  /** Says that something failed. `facts` names the consumer, where it is one. */
  readonly report: (msg: string, error: unknown, facts?: { readonly consumer: string }) => void;
  readonly warn: (msg: string, facts: object) => void;
  readonly sending?: Pick<WebhookOptions, "timeoutMs" | "limits"> | undefined;
}

/** Makes the services, and sends webhooks where that is to be done here; the log is read from `follow` on. */
export function prepareServices(
  store: Store,
  config: Pick<Config, "consumers" | "webhookAllowPrivate" | "publicUrl">,
  { clock, telemetry, report, warn, sending }: ServicesPorts,
): Services {
  const consumers = makeConsumers(store);
  const chosen = consumers.filter(({ name }) => config.consumers.some((wanted) => wanted === name));
  const webhooks = startWebhooks(store, {
    ...sending,
    clock,
    telemetry,
    allowPrivate: config.webhookAllowPrivate,
    publicUrl: config.publicUrl,
    isSender: chosen.some(({ name }) => name === webhooksName),
    report: (error) => report("sending webhooks failed", error),
  });
  const told = tellConsumers(store, consumerNames, telemetry, clock);
  let running: RunningConsumers | undefined;
  return {
    consumers,
    names: chosen.map(({ name }) => name),
    webhooks: webhooks.calls,
    follow: () => {
      running = startConsumers(store, chosen, {
        clock,
        report: (consumer, error) => report("a service failed, and is tried again", error, { consumer }),
        onAside: (rows) => warn("events were set aside", { rows }),
        onPage: (page) => {
          told.onPage(page);
          if (page.consumer === webhooksName && page.taken > 0) webhooks.calls.wakeUp();
        },
      });
    },
    stop: [async () => running?.stop(), webhooks.stop, async () => told.stop()],
  };
}
