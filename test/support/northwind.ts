import { existsSync, readFileSync } from "node:fs";

/** Northwind's four lists, which are beside the project and are not part of it. */
export const northwindFolder = "../shared/data/northwind";
export const northwindFiles = ["customers", "products", "orders", "order_lines"] as const;
export type NorthwindList = (typeof northwindFiles)[number];

export const northwindPath = (name: NorthwindList): string => `${northwindFolder}/${name}.csv`;

/** Whether the lists are there. */
export const northwindIsHere: boolean = northwindFiles.every((name) => existsSync(northwindPath(name)));

export const northwindBytes = (name: NorthwindList): Uint8Array => readFileSync(northwindPath(name));

/** A list's cells by column, by a reader that shares nothing with the app: quotes, no line ends inside cells. */
function northwindRecords(name: NorthwindList): readonly Readonly<Record<string, string>>[] {
  const text = new TextDecoder().decode(northwindBytes(name)).replace(/^\ufeff/, "");
  const [header = "", ...lines] = text.trim().split(/\r?\n/);
  const cells = (line: string) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = ""]) =>
      cell.replace(/^"|"$/g, "").replaceAll('""', '"'),
    );
  const names = header.split(",");
  return lines.map((line) => {
    const values = cells(line);
    return Object.fromEntries(names.map((column, index) => [column, values[index] ?? ""]));
  });
}

/** Every company, person, address and telephone of the lists, where it is long enough to be no chance. */
export function northwindTexts(): readonly string[] {
  const personal = {
    customers: ["company", "contact", "address", "city", "postal_code", "phone"],
    orders: ["ship_name", "ship_address", "ship_city", "ship_postal_code"],
  } as const;
  const texts = (Object.keys(personal) as (keyof typeof personal)[]).flatMap((list) =>
    northwindRecords(list).flatMap((row) => personal[list].map((column) => row[column] ?? "")),
  );
  return [...new Set(texts)].filter((text) => text.length > 5);
}

/**
 * Each order's total in cents by its old number, computed from the lists alone: lines rounded half up after their
 * discount, summed, plus freight. `halves` are the old numbers of the orders of lines that fall on exact half cents,
 * one per line.
 */
export function northwindTotals(): {
  readonly totals: ReadonlyMap<string, bigint>;
  readonly halves: readonly string[];
} {
  const cents = (text: string | undefined) => BigInt((text ?? "").replace(".", ""));
  const halves: string[] = [];
  const totals = new Map<string, bigint>();
  for (const order of northwindRecords("orders")) totals.set(order.order_id ?? "", cents(order.freight));
  for (const line of northwindRecords("order_lines")) {
    // Hundredths of a cent: the price in cents, times quantity, times what the discount leaves of a hundred.
    const left = 100n - BigInt(line.discount_percent ?? "");
    const exact = cents(line.unit_price) * BigInt(line.quantity ?? "") * left;
    const ref = line.order_id ?? "";
    if (exact % 100n === 50n) halves.push(ref);
    totals.set(ref, (totals.get(ref) ?? 0n) + (exact + 50n) / 100n);
  }
  return { totals, halves };
}
