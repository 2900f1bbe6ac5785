import { expect, test } from "@playwright/test";
import { codes, ends, named, type Spot, thePage } from "./scan-spots.ts";
import { useScannedShop } from "./scanned-shop.ts";

/** The forms, what they say to a code that is known and to one that is not, and where the focus may be. */
const forms: readonly {
  readonly path: string;
  readonly known: string;
  readonly unknown: string;
  /** What the field for barcodes holds after a code that is not known; undefined where there is none. */
  readonly barcodes: string | undefined;
  readonly spots: readonly Spot[];
}[] = [
  {
    path: "/products/new/form",
    known: `Breakfast tea has the barcode ${codes.known} already`,
    unknown: `${codes.unknown} is among the barcodes now`,
    barcodes: `${codes.unknown}\n`,
    spots: [
      { ...named("textbox", "Name"), typed: "Plum jam" },
      { ...named("textbox", "Smallest order quantity"), typed: "12" },
      named("combobox", "Tax rate"),
      named("button", "Save"),
      thePage,
    ],
  },
  {
    path: "/customers/new",
    known: `“${codes.known}” was scanned, and nothing here takes it`,
    unknown: `“${codes.unknown}” was scanned, and nothing here takes it`,
    barcodes: undefined,
    spots: [
      { ...named("textbox", "Company or name"), typed: "New Mill" },
      { ...named("textbox", /^Code/), typed: "30000" },
      named("checkbox", "Orders go to another address"),
      named("button", "Save"),
    ],
  },
  {
    path: "/settings",
    known: `“${codes.known}” was scanned, and nothing here takes it`,
    unknown: `“${codes.unknown}” was scanned, and nothing here takes it`,
    barcodes: undefined,
    spots: [{ ...named("textbox", "Business name"), typed: "Quay" }, named("combobox", "Time zone")],
  },
];

test.describe("[D1] [D2] a scan into a form", () => {
  const shop = useScannedShop();

  test("into a form it goes to a product's barcodes or nowhere: what is typed stays, nothing is pressed, and it is told", async () => {
    for (const { path, spots, barcodes, ...told } of forms) {
      await shop.page().goto(shop.url() + path);
      if (barcodes !== undefined) {
        // The products are read once the form says whose a typed barcode is.
        await shop.page().getByRole("textbox", { name: "Barcodes" }).fill(codes.known);
        await expect(shop.page().locator(".field-error")).toContainText("Breakfast tea");
      }
      for (const spot of spots) {
        for (const scan of ["known", "unknown"] as const) {
          for (const end of ends) {
            const what = `${scan}, ended by ${end}, from ${spot.name} of ${path}`;
            if (barcodes !== undefined) await shop.page().getByRole("textbox", { name: "Barcodes" }).fill("");
            await shop.goTo(spot);
            const [before, before2] = [await shop.look(), await shop.caret()];
            await shop.scanner().scan(codes[scan], end);
            await shop.closeTold(told[scan], what);
            const isTaken = barcodes !== undefined && scan === "unknown";
            const fields = isTaken ? [...before.fields.slice(0, -1), barcodes] : before.fields;
            await expect.poll(shop.look, { message: what, intervals: [20] }).toEqual({ ...before, fields });
            if (spot.typed !== undefined) expect(await shop.caret(), what).toEqual(before2);
          }
        }
      }
    }
  });

  test("a slow scanner's barcode goes out of the name of a new product, to its barcodes, and sends nothing", async () => {
    await shop.page().goto(`${shop.url()}/products/new/form`);
    const name = shop.page().getByRole("textbox", { name: "Name" });
    await name.fill("Plum jam");
    await shop.scanner().scan(codes.unknown, "Enter", 60);
    await shop.closeTold(`${codes.unknown} is among the barcodes now`, "slow");
    await expect(name).toHaveValue("Plum jam");
    await expect(shop.page().getByRole("textbox", { name: "Barcodes" })).toHaveValue(`${codes.unknown}\n`);
    await expect(shop.page().locator(".field-error")).toHaveCount(0);
  });
});
