import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { countRequests } from "./count-requests.ts";

test("requests are counted by store and method, also through an index, until counting stops", async () => {
  const open = indexedDB.open("counted");
  open.onupgradeneeded = () => open.result.createObjectStore("orders").createIndex("rank", "rank");
  await new Promise((resolve) => {
    open.onsuccess = resolve;
  });
  const orders = () => open.result.transaction("orders", "readwrite").objectStore("orders");
  orders().put({ rank: 0 }, "before");
  const counting = countRequests();
  const store = orders();
  store.put({ rank: 1 }, "a");
  store.put({ rank: 2 }, "b");
  store.get("a");
  store.index("rank").getAll();
  store.openCursor();
  const counts = counting.stop();
  orders().get("a");
  expect(counts).toEqual({
    "orders.put": 2,
    "orders.get": 1,
    "orders[rank].getAll": 1,
    "orders.openCursor": 1,
  });
  open.result.close();
});
