import type { ImportPlan } from "../../../src/ui/import/plan-import.ts";
import { aFile } from "./import-files.ts";

/** Four lists that fit each other, as texts and as files. */
export const customers = "customer_id,company,phone\nHARB,Harbour Café,+353 1\nQUAY,Quay Bar,\n";
export const products =
  "sku,name,unit_price,unit,in_stock\nTEA-1,Breakfast tea,3.50,box,40\nTEA-2,Green tea,4.00,box,\n";
export const orders =
  "order_id,customer_id,ordered_on,shipped_on,freight\n1,HARB,2026-01-05,,12.00\n2,QUAY,2026-01-06,2026-01-08,0\n";
export const lines =
  "order_id,sku,unit_price,quantity,discount_percent\n1,TEA-1,3.50,2,5\n1,TEA-2,4.00,1,0\n2,tea-1,3.25,10,0\n";
export const all = [
  aFile("c.csv", customers),
  aFile("p.csv", products),
  aFile("o.csv", orders),
  aFile("l.csv", lines),
];

/** How many rows of each list are new, changed, the same and wrong. */
export const countsOf = ({ lists }: ImportPlan) =>
  Object.fromEntries(lists.map(({ list, counts }) => [list, counts]));

/** The counts of a list in which nothing is. */
export const none = { new: 0, changed: 0, same: 0, wrong: 0 };
