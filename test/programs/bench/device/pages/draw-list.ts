/** What a row of the list shows of an order. */
export interface DrawnOrder {
  readonly id: string;
  readonly customer: string;
  readonly status: string;
  readonly number: string;
  readonly lines: number;
  readonly totalMinor: number;
}

/** Draws the list by hand, all rows new: raw and Docket's modules alike, so that what differs is the storage. */
export function drawList(orders: readonly DrawnOrder[]): void {
  const rows = orders.map(({ id, customer, status, number, lines, totalMinor }) => {
    const row = document.createElement("li");
    row.id = id;
    const link = document.createElement("a");
    link.href = `/orders/${id}`;
    for (const text of [customer, status, `${number} · ${lines} lines`, (totalMinor / 100).toFixed(2)]) {
      const part = document.createElement("span");
      part.textContent = text;
      link.append(part);
    }
    row.append(link);
    return row;
  });
  document.querySelector("ul.list")?.replaceChildren(...rows);
}
