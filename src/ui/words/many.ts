import type { Format } from "./format.ts";

/** A count with its thing: "1 line", "1,100 lines". */
export function many(count: number, one: string, more: string, format: Format): string {
  return `${format.number(count)} ${count === 1 ? one : more}`;
}
