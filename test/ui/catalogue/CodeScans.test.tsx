// @vitest-environment happy-dom
import { createSignal } from "solid-js";
import { expect, test } from "vitest";
import { productSearchFields } from "../../../src/device/search/search-fields.ts";
import { makeSearchIndex, type SearchIndex } from "../../../src/device/search/search-index.ts";
import { listProducts, type ProductView } from "../../../src/device/views/queries.ts";
import { ProductScans } from "../../../src/ui/catalogue/ProductScans.tsx";
import { run } from "../../device/support/a-device.ts";
import { aProduct } from "../../domain/builders.ts";
import { until } from "../../support/until.ts";
import { scan } from "../support/hands.ts";
import { show } from "../support/show.tsx";

const tea = "4006381333931";

test("what is scanned before all is read is looked up once it is, and the screen says so until then", async () => {
  const [index, setIndex] = createSignal<SearchIndex<ProductView>>();
  const shown = await show(
    () => (
      <main>
        <ProductScans index={index()} />
      </main>
    ),
    async (device) => {
      const data = aProduct({ sku: "TEA-1", name: "Tea", barcodes: [tea] });
      await run(device, "product/TEA-1", { type: "add-product", data });
      return "/products";
    },
  );
  scan(tea);
  await until(() => shown.said().includes(`“${tea}” is looked up as soon as everything is read.`));
  expect(location.pathname).toBe("/products");
  setIndex(
    makeSearchIndex(await listProducts(shown.device.db), ({ product }) => productSearchFields(product)),
  );
  await until(() => location.pathname === "/products/TEA-1");
});
