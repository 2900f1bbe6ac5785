import { expect, test } from "vitest";
import { type ExchangePorts, exchangeOnce } from "../../../src/sync/engine/exchange.ts";
import { takeFence } from "../../../src/sync/engine/run.ts";
import { addLine, startOrder } from "../../device/support/a-device.ts";
import { fired } from "../../support/fired.ts";
import { aFleet } from "../support/a-fleet.ts";

test("[L11] an answer that arrives after another context took over changes nothing", async () => {
  const { join, server } = await aFleet();
  const rep = await join("rep");
  const late = await rep.exchange(async (identity, request) => {
    const answer = await server.ports.post(identity, request);
    await takeFence(rep.device.db);
    return answer;
  });
  expect(late).toEqual({ outcome: "robbed" });
  expect(await rep.device.db.log.count()).toBe(0);
  expect((await rep.device.db.meta.get("place"))?.value).toMatchObject({ position: 0 });
});

test("[L11] a context that no longer leads sends nothing more, and marks nothing as sent", async () => {
  const { join } = await aFleet();
  const rep = await join("rep");
  const { stream } = await startOrder(rep.device);
  await addLine(rep.device, stream);
  await takeFence(rep.device.db);
  let asked = 0;
  const robbed = await rep.exchange(async () => {
    asked += 1;
    return { outcome: "failed", trouble: "unreachable" };
  });
  expect(robbed).toEqual({ outcome: "robbed" });
  fired(9, import.meta.url);
  expect(asked).toBe(0);
  expect((await rep.device.db.outbox.toArray()).map(({ sent }) => sent)).toEqual([false, false]);
});

test("[L5] an answer for a cursor that has moved on meanwhile is thrown away whole", async () => {
  const { join, server } = await aFleet();
  const rep = await join("rep");
  const outrun = await rep.exchange(async (identity, request) => {
    const answer = await server.ports.post(identity, request);
    const place = (await rep.device.db.meta.get("place"))?.value as object;
    await rep.device.db.meta.put({ key: "place", value: { ...place, position: 7 } });
    return answer;
  });
  expect(outrun).toEqual({ outcome: "robbed" });
  expect(await rep.device.db.streams.count()).toBe(0);
});

test("[L11] a context that no longer leads asks for no new identity, whatever the server has heard meanwhile", async () => {
  const { join, server } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  let asked = 0;
  const { post } = server.ports;
  const askSuccessor: ExchangePorts["askSuccessor"] = (identity, drawn) => {
    asked += 1;
    return server.ports.askSuccessor(identity, drawn);
  };
  const exchange = (fence: number, how: ExchangePorts["post"]) => {
    const ports = { ...server.ports, post: how, askSuccessor, nowMs: () => Date.now() };
    return exchangeOnce(rep.device, ports, { fence, commandsMax: 200, suspects: new Set() });
  };
  const late = await exchange(await takeFence(rep.device.db), async (identity, request) => {
    await startOrder(rep.device);
    expect(await exchange(await takeFence(rep.device.db), post)).toMatchObject({ outcome: "passed" });
    return post(identity, request);
  });
  expect(late).toEqual({ outcome: "robbed" });
  expect(asked).toBe(0);
});
