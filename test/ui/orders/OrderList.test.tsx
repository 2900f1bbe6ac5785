// @vitest-environment happy-dom
import { expect, test } from "vitest";
// The list loads it when it is needed: here it is at hand.
import "../../../src/device/views/order-search.ts";
import { handleCommands } from "../../../src/device/outbox/handle-command.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { orderStream } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { OrderList } from "../../../src/ui/orders/OrderList.tsx";
import { orderListWords as words } from "../../../src/ui/orders/order-list-words.ts";
import { run } from "../../device/support/a-device.ts";
import { countReads } from "../../device/support/count-reads.ts";
import { aHeader, aLine } from "../../domain/builders.ts";
import { until } from "../../support/until.ts";
import { named, type } from "../support/hands.ts";
import { type Shown, show } from "../support/show.tsx";

const fieldOf = ({ root }: Shown) => named<HTMLInputElement>(root, "input", words.search);
const rowsOf = ({ root }: Shown) => [...root.querySelectorAll("a[href^='/orders/']")].filter(isRow);
const isRow = (link: Element) => link.getAttribute("href") !== "/orders/new";
const numbersOf = (shown: Shown) => rowsOf(shown).map(({ textContent }) => /KK-\d+/.exec(textContent)?.[0]);

/** Begins an order with a line under this number. */
async function anOrder(device: Device, number: string, note = "") {
  const stream = orderStream(newId());
  await handleCommands(device, [
    { stream, command: { type: "start-order", data: { ...aHeader({ note }), number } } },
    { stream, command: { type: "add-line", data: aLine(1, { lineId: newId() }) } },
  ]);
  return stream;
}

async function showThree() {
  const shown = await show(OrderList, async (device) => {
    await anOrder(device, "KK-1", "Ring twice");
    await anOrder(device, "KK-2");
    await anOrder(device, "KK-3", "Ring once");
    return "/orders";
  });
  await until(() => rowsOf(shown).length === 3);
  return shown;
}

test("[D4] a search shows what fits of the chosen status, keeps to it as orders change, and says where nothing does", async () => {
  const shown = await showThree();
  type(fieldOf(shown), "ring");
  await until(() => rowsOf(shown).length === 2);
  expect(numbersOf(shown)).toEqual(["KK-3", "KK-1"]);
  named(shown.root, "input", /^Placed/).click();
  await until(() => shown.root.textContent.includes(words.noMatch("ring")));
  const [first] = await shown.device.db.streams.where("sort").startsWith("o/").toArray();
  await run(shown.device, orderStream(first?.key.slice("order/".length) ?? ""), {
    type: "place-order",
    data: {},
  });
  await until(() => rowsOf(shown).length === 1);
  expect(numbersOf(shown)).toEqual(["KK-1"]);
  type(fieldOf(shown), "");
  await until(() => !shown.root.textContent.includes(words.noMatch("ring")));
  expect(numbersOf(shown)).toEqual(["KK-1"]);
});

test("the search field's focus reads the orders, and no key reads them again", async () => {
  const shown = await showThree();
  // The rows are there before the list reads them again: that comes to its end first.
  await until(() => shown.root.querySelector(".filter")?.textContent?.includes("3") === true);
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
  const reads = countReads("streams");
  fieldOf(shown).focus();
  await until(() => reads() === 1);
  type(fieldOf(shown), "z");
  await until(() => shown.root.textContent.includes(words.noMatch("z")));
  type(fieldOf(shown), "zz");
  await until(() => shown.root.textContent.includes(words.noMatch("zz")));
  expect(reads()).toBe(1);
});
