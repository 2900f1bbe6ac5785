// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { OrderScreen } from "../../../src/ui/orders/OrderScreen.tsx";
import { orderWords as words } from "../../../src/ui/orders/order-words.ts";
import { notSavedWords } from "../../../src/ui/words/not-saved-words.ts";
import { addLine, startOrder } from "../../device/support/a-device.ts";
import { until } from "../../support/until.ts";
import { addProduct, linesOf, ordersOf } from "../support/a-shop.ts";
import { findNamed, named, press, scan, type } from "../support/hands.ts";
import { type Shown, show } from "../support/show.tsx";
import { breakDisk } from "../support/storage-faults.ts";

const pane = ({ root }: Shown) => root.querySelector(".editor")?.getAttribute("data-pane");
const entryOf = ({ root }: Shown) => named<HTMLInputElement>(root, "input", words.entry);
const titleOf = ({ root }: Shown) => root.querySelector("h1")?.textContent;
const placeButton = ({ root }: Shown) => named(root, "button", /^Place order/);
const focused = () => document.activeElement?.id;

/** The first of two drafts that have a line each. */
async function showDraft(): Promise<{ readonly shown: Shown; readonly other: string }> {
  const ids: string[] = [];
  const shown = await show(OrderScreen, async (device) => {
    for (let count = 0; count < 2; count += 1) {
      const { stream, id } = await startOrder(device);
      await addLine(device, stream);
      ids.push(id);
    }
    return `/orders/${ids[0]}`;
  });
  await until(() => findNamed(shown.root, "button", /^Place order/) !== undefined);
  return { shown, other: ids[1] ?? "" };
}

async function goToSecond(shown: Shown, id: string): Promise<void> {
  const number = (await ordersOf(shown.device))[1]?.number ?? "";
  shown.go(`/orders/${id}`);
  await until(() => titleOf(shown) === words.order(number));
}

async function showNew(): Promise<Shown> {
  const shown = await show(OrderScreen, async (device) => {
    await addProduct(device, "TEA-1", "Assam");
    return "/orders/new";
  });
  await until(() => findNamed(shown.root, "input", words.entry) !== undefined);
  return shown;
}

test("an order that has lines begins with them and the focus in the entry box, an empty one with the products and the focus at the customer", async () => {
  const { shown } = await showDraft();
  await until(() => focused() === entryOf(shown).id);
  expect(pane(shown)).toBe("order");
  shown.go("/orders/new");
  await until(() => titleOf(shown) === words.newOrder);
  await until(() => focused() === named(shown.root, "input", words.customer).id);
  expect(pane(shown)).toBe("products");
});

test("the screen of another order has nothing of the one before: neither what was typed nor its order", async () => {
  const { shown, other } = await showDraft();
  type(entryOf(shown), "half a wo");
  await goToSecond(shown, other);
  expect(entryOf(shown).value).toBe("");
  placeButton(shown).click();
  await until(async () => (await ordersOf(shown.device))[1]?.status === "placed");
  expect((await ordersOf(shown.device))[0]?.status).toBe("draft");
});

test("one order after the other is placed: the second is not taken for a second tap on the first", async () => {
  const { shown, other } = await showDraft();
  placeButton(shown).click();
  await until(async () => (await ordersOf(shown.device))[0]?.status === "placed");
  await goToSecond(shown, other);
  placeButton(shown).click();
  await until(() => shown.said().filter((text) => text.includes("placed and saved")).length === 2);
  expect((await ordersOf(shown.device)).map(({ status }) => status)).toEqual(["placed", "placed"]);
});

test("a second tap on “Place order”, while what is typed is being added, neither adds it again nor places twice", async () => {
  const shown = await showNew();
  type(entryOf(shown), "TEA-1");
  await until(() => shown.root.querySelectorAll("[role=option]").length > 0);
  placeButton(shown).click();
  placeButton(shown).click();
  press("Enter", { ctrlKey: true });
  await until(() => shown.said().some((text) => text.includes("placed and saved")));
  expect(await linesOf(shown.device)).toEqual(["1 × Assam"]);
  const written = (await shown.device.db.outbox.toArray()).map(({ command }) => command.type);
  expect(written.filter((kind) => kind === "place-order")).toHaveLength(1);
});

test("a second tap while it is asked whether the order is complete asks nothing more", async () => {
  const { shown } = await showDraft();
  scan("9999999999994");
  await until(() => shown.root.querySelector(".scan-notes")?.textContent.includes("9999999999994") === true);
  placeButton(shown).click();
  placeButton(shown).click();
  await until(() => document.querySelector("dialog") !== null);
  for (let turns = 0; turns < 500; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  named(document, "dialog button", "No, look at it first").click();
  expect(document.querySelector("dialog")).toBe(null);
  expect((await ordersOf(shown.device))[0]?.status).toBe("draft");
});

test("an order without lines is not placed, and it is said", async () => {
  const shown = await showNew();
  placeButton(shown).click();
  await until(() => shown.said().includes(words.placeEmpty));
  expect(await ordersOf(shown.device)).toEqual([]);
});

test("what is typed and could mean anything is never lost by placing: it stays, and it is said why the order is not placed", async () => {
  const { shown } = await showDraft();
  type(entryOf(shown), "something");
  placeButton(shown).click();
  await until(() => shown.said().includes(words.stillTyped("something")));
  expect(entryOf(shown).value).toBe("something");
  expect((await ordersOf(shown.device))[0]?.status).toBe("draft");
});

test("an action on which the storage fails is told in words, and can be done again", async () => {
  const { shown } = await showDraft();
  const mend = breakDisk();
  placeButton(shown).click();
  await until(() => shown.said().includes(notSavedWords.storage));
  mend();
  expect((await ordersOf(shown.device))[0]?.status).toBe("draft");
  placeButton(shown).click();
  await until(async () => (await ordersOf(shown.device))[0]?.status === "placed");
});
