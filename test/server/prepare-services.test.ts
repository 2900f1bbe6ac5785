import { expect, test } from "vitest";
import { parseConfig } from "../../src/server/config.ts";
import { prepareServices } from "../../src/server/prepare-services.ts";
import { makeMemoryStore } from "../../src/server/store/memory-store.ts";
import { noTelemetry } from "../../src/server/telemetry/telemetry.ts";
import { newOrder } from "./support/commands.ts";
import { startReceiver } from "./support/receiver.ts";
import { startTestServer, startWorkspace } from "./support/test-server.ts";

test("beside a server that runs none, services as they come by default send webhooks too", async () => {
  const store = makeMemoryStore();
  const server = await startTestServer({ store }, { consumers: [], webhookAllowPrivate: true });
  const parsed = parseConfig({ WEBHOOK_ALLOW_PRIVATE: "true" });
  if (parsed.outcome === "faults") throw new Error(parsed.faults.join("\n"));
  const services = prepareServices(store, parsed.config, {
    clock: () => new Date(),
    telemetry: noTelemetry,
    report: () => {},
    warn: () => {},
  });
  services.follow();
  let heard = () => {};
  const arrived = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const receiver = await startReceiver(
    () => ({ answer: 204 }),
    () => heard(),
  );
  try {
    const owner = await startWorkspace(server);
    const payload = { url: receiver.url("/hook"), mode: "state" };
    const made = await owner.ask({ method: "POST", url: "/v1/subscriptions", payload });
    receiver.know("/hook", made.json<{ secret: string }>().secret);
    await owner.push(newOrder(1));
    await arrived;
    expect(services.names).toEqual(["inventory", "webhooks"]);
    expect(receiver.faults).toEqual([]);
  } finally {
    for (const stop of services.stop) await stop();
    await receiver.close();
    await server.stop();
  }
});
