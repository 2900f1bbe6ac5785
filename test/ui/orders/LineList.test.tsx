// @vitest-environment happy-dom
import { expect, onTestFinished, test } from "vitest";
import { commandsPerChange } from "../../../src/device/outbox/change-outbox.ts";
import { handleCommands } from "../../../src/device/outbox/handle-command.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import type { StreamKey } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { OrderScreen } from "../../../src/ui/orders/OrderScreen.tsx";
import { addLine, startOrder } from "../../device/support/a-device.ts";
import { aLine } from "../../domain/builders.ts";
import { until } from "../../support/until.ts";
import { type Shown, show } from "../support/show.tsx";

const rowsOf = ({ root }: Shown) => root.querySelectorAll(".lines > li").length;

async function addLines(device: Device, stream: StreamKey, count: number): Promise<void> {
  for (let from = 0; from < count; from += commandsPerChange) {
    const some = Array.from({ length: Math.min(commandsPerChange, count - from) }, (_, at) => ({
      stream,
      command: {
        type: "add-line",
        data: aLine(from + at + 1, { lineId: newId(), sku: `TEA-${from + at}`, name: `Tea ${from + at}` }),
      } as const,
    }));
    await handleCommands(device, some);
  }
}

async function showLong(count: number): Promise<{ readonly shown: Shown; readonly stream: StreamKey }> {
  const streams: StreamKey[] = [];
  const shown = await show(OrderScreen, async (device) => {
    const { stream, id } = await startOrder(device);
    streams.push(stream);
    await addLines(device, stream, count);
    return `/orders/${id}`;
  });
  const [stream] = streams;
  if (stream === undefined) throw new Error("expected an order");
  return { shown, stream };
}

/** Counts what is printed as a figure from now on, to the end of the test. */
function countFigures(): () => number {
  const own = Object.getOwnPropertyDescriptor(Intl.NumberFormat.prototype, "format");
  if (own?.get === undefined) throw new Error("expected Intl to print by a getter");
  const { get } = own;
  let count = 0;
  Object.defineProperty(Intl.NumberFormat.prototype, "format", {
    ...own,
    get(this: Intl.NumberFormat) {
      count += 1;
      return get.call(this) as unknown;
    },
  });
  onTestFinished(() => {
    Object.defineProperty(Intl.NumberFormat.prototype, "format", own);
  });
  return () => count;
}

test("a line that is added to an order of 300 is drawn, and none of the others again", async () => {
  const { shown, stream } = await showLong(300);
  await until(() => rowsOf(shown) === 300);
  const figures = countFigures();
  await addLine(shown.device, stream);
  await until(() => rowsOf(shown) === 301);
  // A row prints some four figures; the sums of the order, its counts and the sync bar are printed again.
  expect(figures()).toBeLessThan(30);
  expect(figures()).toBeGreaterThan(3);
});

test("a quantity that is changed in an order of 300 is drawn in its row alone", async () => {
  const { shown } = await showLong(300);
  await until(() => rowsOf(shown) === 300);
  const row = shown.root.querySelectorAll<HTMLElement>(".lines > li")[150];
  const before = row?.textContent;
  const figures = countFigures();
  row?.querySelectorAll<HTMLElement>("button")[2]?.click();
  await until(() => row?.textContent !== before && row?.isConnected === true);
  expect(figures()).toBeLessThan(30);
});

test("a long order is there with its first lines, has all of them soon, and at once where it is printed", async () => {
  const { shown } = await showLong(500);
  await until(() => rowsOf(shown) > 0);
  expect(rowsOf(shown)).toBeLessThan(500);
  dispatchEvent(new Event("beforeprint"));
  expect(rowsOf(shown)).toBe(500);
});
