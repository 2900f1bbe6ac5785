// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { NewCustomer } from "../../../src/ui/catalogue/CustomerForm.tsx";
import { NewProduct } from "../../../src/ui/catalogue/ProductForm.tsx";
import { run } from "../../device/support/a-device.ts";
import { aProduct } from "../../domain/builders.ts";
import { until } from "../../support/until.ts";
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
    await until(() => {
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
