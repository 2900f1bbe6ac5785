// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { listCustomers } from "../../../src/device/views/queries.ts";
import { NewCustomer } from "../../../src/ui/catalogue/CustomerForm.tsx";
import { NewProduct } from "../../../src/ui/catalogue/ProductForm.tsx";
import { RecordForm } from "../../../src/ui/catalogue/RecordForm.tsx";
import { ImportScreen } from "../../../src/ui/import/ImportScreen.tsx";
import { OrderScreen } from "../../../src/ui/orders/OrderScreen.tsx";
import { Outbox } from "../../../src/ui/outbox/Outbox.tsx";
import { addLine, run, startOrder } from "../../device/support/a-device.ts";
import { aProduct } from "../../domain/builders.ts";
import { until } from "../../support/until.ts";
import { ordersOf } from "../support/a-shop.ts";
import { findNamed, named, scan, type } from "../support/hands.ts";
import { type Shown, show } from "../support/show.tsx";

const tea = "4006381333931";
const coffee = "5000112637922";

const field = (root: HTMLElement, name: string | RegExp) => named<HTMLInputElement>(root, "input", name);
const untaken = `“${coffee}” was scanned, and nothing here takes it. Nothing was changed.`;

describe("[D1] [D2] a scan while a product is filled in", () => {
  let shown: Shown;
  const barcodes = () => shown.root.querySelector("textarea")?.value;
  beforeEach(async () => {
    shown = await show(
      () => <NewProduct />,
      async (device) => {
        const data = aProduct({ sku: "TEA-1", name: "Tea", barcodes: [tea] });
        await run(device, "product/TEA-1", { type: "add-product", data });
        return "/products/new/form";
      },
    );
    await until(() => findNamed(shown.root, "input", "Name") !== undefined);
  });

  test("is one of its barcodes, once; the field with the focus keeps its text, and nothing is sent", async () => {
    const name = field(shown.root, "Name");
    type(name, "Filter coffee");
    for (let times = 0; times < 2; times += 1) expect(scan(coffee)).toBe(false);
    await until(() => shown.said().includes(`${coffee} is among the barcodes already.`));
    expect(shown.said()).toContain(`${coffee} is among the barcodes now. Save to keep it.`);
    expect([name.value, barcodes()]).toEqual(["Filter coffee", `${coffee}\n`]);
    expect(shown.root.querySelectorAll(".field-error")).toHaveLength(0);
  });
  test("is refused where another product has it, and said so", async () => {
    type(field(shown.root, "Name"), "Green tea");
    const box = shown.root.querySelector("textarea");
    if (box === null) throw new Error("expected a field for barcodes");
    await until(() => {
      // Until the products are read it is taken, and refused when it is saved.
      type(box, "");
      scan(tea);
      return shown.said().some((text) => text.startsWith(`Tea has the barcode ${tea} already`));
    });
    expect(field(shown.root, "Name").value).toBe("Green tea");
  });
});

test("[D1] [D2] a scan while a customer is filled in changes no field, sends nothing, and is told", async () => {
  const { root, said } = await show(
    () => <NewCustomer />,
    async () => "/customers/new",
  );
  await until(() => findNamed(root, "input", /^Company/) !== undefined);
  for (const [name, text] of [
    [/^Company/, "Old Mill"],
    [/^Phone/, ""],
  ] as const) {
    type(field(root, name), text);
    expect(scan(coffee, "Tab")).toBe(false);
    await until(() => said().includes(untaken));
    expect([field(root, /^Company/).value, field(root, /^Phone/).value]).toEqual(["Old Mill", ""]);
  }
});

test("[D1] [D2] a scan for which a form has no room left is told as not taken", async () => {
  const barcodes = Array.from({ length: 20 }, (_, at) => `CODE-${at + 1}`);
  const { root, said } = await show(
    NewProduct,
    async () => `/products/new/form?barcode=${barcodes.join("%0A")}`,
  );
  await until(() => findNamed(root, "input", "Name") !== undefined);
  expect(scan(coffee)).toBe(false);
  await until(() => said().includes("At most 20 barcodes fit."));
  expect(root.querySelector("textarea")?.value).toBe(barcodes.join("\n"));
  expect(said().some((text) => text.startsWith(coffee))).toBe(false);
});

test("[D2] where this device may not use a form, a scan is not told as taken", async () => {
  const OfNoDevice = () => (
    <RecordForm
      title="Of no device"
      back={{ href: "/products", label: "Products" }}
      may="stock-allocated"
      before={undefined}
      read={() => undefined}
      takeScan={(code) => ({ text: `${code} is taken.`, isTaken: true })}
    >
      {() => undefined}
    </RecordForm>
  );
  const { said } = await show(OfNoDevice, async () => "/elsewhere");
  expect(scan(coffee)).toBe(false);
  await until(() => said().length > 0);
  expect(said()).toEqual([untaken]);
});

test("[D2] a scan onto a placed order presses none of its buttons, changes no field of its dialogs, and is told", async () => {
  const { root, said, device } = await show(OrderScreen, async (made) => {
    const { stream, id } = await startOrder(made);
    await addLine(made, stream);
    await run(made, stream, { type: "place-order", data: {} });
    return `/orders/${id}`;
  });
  const ship = /shipped$/;
  await until(() => findNamed(root, "button", ship) !== undefined);
  named(root, "button", ship).focus();
  expect(scan(coffee)).toBe(false);
  await until(() => said().includes(untaken));
  named(root, "button", ship).click();
  const day = document.querySelector<HTMLInputElement>("dialog input[type=date]");
  const before = day?.value;
  day?.focus();
  expect(scan(coffee)).toBe(false);
  expect(day?.value).toBe(before);
  expect((await ordersOf(device)).map(({ status }) => status)).toEqual(["placed"]);
});

test.each([
  ["the outbox", Outbox],
  ["the import", ImportScreen],
])("[D2] a scan onto %s presses none of its buttons, and is told", async (_, part) => {
  const { root, said } = await show(part, async () => "/elsewhere");
  await until(() => root.querySelector("h1") !== null);
  expect(scan(coffee)).toBe(false);
  await until(() => said().includes(untaken));
});

test("[D1] [D2] what a scanner without an end key has just typed is not saved with a customer", async () => {
  const { root, said, device } = await show(NewCustomer, async () => "/customers/new");
  await until(() => findNamed(root, "input", /^Company/) !== undefined);
  type(field(root, /^Company/), "Old Mill");
  field(root, /^Phone/).focus();
  scan(coffee, "nothing");
  expect(field(root, /^Phone/).value).toBe(coffee);
  root.querySelector("form")?.requestSubmit();
  await until(async () => (await listCustomers(device.db)).length > 0);
  const saved = (await listCustomers(device.db)).map(({ customer }) => [customer.company, customer.phone]);
  expect(saved).toEqual([["Old Mill", ""]]);
  expect(said()).toContain(untaken);
});
