/** Solid and Dexie with what a list of rows needs of them, and nothing else: what is least to be loaded. */
import Dexie, { liveQuery } from "dexie";
import { createComponent, createMemo, createSignal, For, onCleanup } from "solid-js";
import { render } from "solid-js/web";

const db = new Dexie("least");
db.version(1).stores({ orders: "id, rank" });

function Rows() {
  const [rows, setRows] = createSignal<readonly { readonly id: string }[]>([]);
  const watch = liveQuery(() => db.table("orders").orderBy("rank").limit(50).toArray()).subscribe(setRows);
  onCleanup(() => watch.unsubscribe());
  const shown = createMemo(() => rows().slice(0, 50));
  return createComponent(For, {
    get each() {
      return shown();
    },
    children: (row: { readonly id: string }) => {
      const element = document.createElement("li");
      element.textContent = row.id;
      return element;
    },
  });
}

render(() => createComponent(Rows, {}), document.body);
