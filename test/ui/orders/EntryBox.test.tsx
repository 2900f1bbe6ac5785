// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { OrderScreen } from "../../../src/ui/orders/OrderScreen.tsx";
import { orderWords as words } from "../../../src/ui/orders/order-words.ts";
import { notSavedWords } from "../../../src/ui/words/not-saved-words.ts";
import { addLine, startOrder } from "../../device/support/a-device.ts";
import { until } from "../../support/until.ts";
import { addProduct, linesOf } from "../support/a-shop.ts";
import { findNamed, named, press, scan, type } from "../support/hands.ts";
import { type Shown, show } from "../support/show.tsx";
import { fillDisk } from "../support/storage-faults.ts";

let emptyDisk = () => {};
afterEach(() => emptyDisk());

const entryOf = ({ root }: Shown) => named<HTMLInputElement>(root, "input", words.entry);
const optionsOf = ({ root }: Shown) =>
  [...root.querySelectorAll(".editor-entry [role=option]")].map(
    (option) => option.querySelector(".option-name")?.textContent,
  );
const markedOf = ({ root }: Shown) =>
  root.querySelector(".editor-entry [role=option][aria-selected=true] .option-name")?.textContent;
const scannedCode = "4006381333931";

/** An order with a line of cake, and two teas and a pen in the catalogue. */
async function showOrder(): Promise<Shown> {
  const shown = await show(OrderScreen, async (device) => {
    await addProduct(device, "ASSAM", "Assam tea");
    await addProduct(device, "CEYLON", "Ceylon tea", { minQuantity: 6, stepQuantity: 6 });
    await addProduct(device, "PEN-1", "Pen", { barcodes: [scannedCode] });
    const { stream, id } = await startOrder(device);
    await addLine(device, stream, { name: "Cake", quantity: 2 });
    return `/orders/${id}`;
  });
  await until(() => findNamed(shown.root, "input", words.entry) !== undefined);
  type(entryOf(shown), "tea");
  await until(() => optionsOf(shown).length === 2);
  type(entryOf(shown), "");
  return shown;
}

const lines = (shown: Shown, ...expected: readonly string[]) =>
  until(async () => (await linesOf(shown.device)).join() === ["2 × Cake", ...expected].join());

test("Enter adds the first of what matches, empties the line for the next, and says it", async () => {
  const shown = await showOrder();
  type(entryOf(shown), "assam");
  expect([optionsOf(shown), markedOf(shown)]).toEqual([["Assam tea"], "Assam tea"]);
  expect(press("Enter")).toBe(false);
  expect(entryOf(shown).value).toBe("");
  await lines(shown, "1 × Assam tea");
  await until(() => shown.said().includes(words.added("1", "Assam tea")));
});

test("the arrows choose another one, and Enter takes it in the least quantity that it is sold in", async () => {
  const shown = await showOrder();
  type(entryOf(shown), "tea");
  press("ArrowDown");
  expect(markedOf(shown)).toBe("Ceylon tea");
  press("Enter");
  await lines(shown, "6 × Ceylon tea");
});

test("a quantity before it counts, and +3 afterwards is for the line that was added last", async () => {
  const shown = await showOrder();
  type(entryOf(shown), "4*assam");
  press("Enter");
  type(entryOf(shown), "+3");
  press("Enter");
  await lines(shown, "7 × Assam tea");
});

test.each(["0*assam", "1.5*assam"])(
  "a quantity that no line may have (%s) is told, adds nothing, and stays to be corrected",
  async (typed) => {
    const shown = await showOrder();
    type(entryOf(shown), typed);
    press("Enter");
    await until(() => shown.said().some((text) => text.startsWith("A quantity is a whole number")));
    expect(await linesOf(shown.device)).toEqual(["2 × Cake"]);
    await until(() => entryOf(shown).value === typed);
  },
);

test("what matches nothing is told, and stays to be corrected", async () => {
  const shown = await showOrder();
  type(entryOf(shown), "coffee");
  press("Enter");
  await until(() => shown.said().includes(words.noProductMatch("coffee")));
  expect(entryOf(shown).value).toBe("coffee");
  expect(await linesOf(shown.device)).toEqual(["2 × Cake"]);
});

test("Enter that is held down adds once", async () => {
  const shown = await showOrder();
  type(entryOf(shown), "assam");
  press("Enter");
  type(entryOf(shown), "assam");
  press("Enter", { repeat: true });
  await lines(shown, "1 × Assam tea");
  expect(entryOf(shown).value).toBe("assam");
});

test("Tab leaves the line as it is and adds nothing", async () => {
  const shown = await showOrder();
  type(entryOf(shown), "assam");
  expect(press("Tab")).toBe(true);
  expect(entryOf(shown).value).toBe("assam");
  type(entryOf(shown), "");
  type(entryOf(shown), "pen");
  press("Enter");
  await lines(shown, "1 × Pen");
});

test.each(["Enter", "Tab"] as const)(
  "a scan that ends with %s adds its product in the quantity that is there, and its keys do nothing else",
  async (end) => {
    const shown = await showOrder();
    type(entryOf(shown), "3*");
    expect(scan(scannedCode, end)).toBe(false);
    await lines(shown, "3 × Pen");
    expect(entryOf(shown).value).toBe("");
  },
);

test("a scan of what is not known is kept in sight, and adds nothing", async () => {
  const shown = await showOrder();
  scan("9999999999994");
  await until(() => shown.root.querySelector(".scan-notes")?.textContent.includes("9999999999994") === true);
  expect(entryOf(shown).value).toBe("");
  expect(await linesOf(shown.device)).toEqual(["2 × Cake"]);
});

test("what cannot be saved is told in words, and what was typed is there again", async () => {
  const shown = await showOrder();
  emptyDisk = fillDisk();
  type(entryOf(shown), "assam");
  press("Enter");
  await until(() => shown.said().includes(notSavedWords.quota));
  await until(() => entryOf(shown).value === "assam");
  emptyDisk();
  press("Enter");
  await lines(shown, "1 × Assam tea");
});
