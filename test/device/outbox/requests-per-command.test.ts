import { afterEach, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { aLine } from "../../domain/builders.ts";
import { aLocalDevice, run, startOrder } from "../support/a-device.ts";

const tableMethods = ["get", "getAll", "getAllKeys", "put", "add", "delete", "count", "openCursor"] as const;
const indexMethods = ["get", "getAll", "getAllKeys", "count", "openCursor", "openKeyCursor"] as const;

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});

/** Counts what read-write transactions ask for, by table and method, and how often all of it has been answered. */
function countRequests() {
  const asked: string[] = [];
  let rounds = 0;
  let open = 0;
  const note = (store: IDBObjectStore, method: string, request: IDBRequest) => {
    if (store.transaction.mode !== "readwrite") return request;
    asked.push(`${store.name} ${method}`);
    if (open === 0) rounds += 1;
    open += 1;
    for (const end of ["success", "error"]) {
      request.addEventListener(end, () => (open -= 1), { once: true });
    }
    return request;
  };
  const count = <Kind extends IDBObjectStore | IDBIndex>(
    prototype: Kind,
    methods: readonly (keyof Kind & string)[],
    storeOf: (asking: Kind) => IDBObjectStore,
  ) => {
    for (const method of methods) {
      const original = prototype[method] as (...wanted: unknown[]) => IDBRequest;
      const counted = function (this: Kind, ...wanted: unknown[]) {
        return note(storeOf(this), method, original.apply(this, wanted));
      };
      Object.assign(prototype, { [method]: counted });
      undo.push(() => Object.assign(prototype, { [method]: original }));
    }
  };
  count(IDBObjectStore.prototype, tableMethods, (store) => store);
  count(IDBIndex.prototype, indexMethods, (index) => index.objectStore);
  return { asked: () => asked.toSorted(), rounds: () => rounds };
}

test("a line added to a draft asks the storage for each thing once, and waits for it five times", async () => {
  const device = await aLocalDevice();
  const { stream } = await startOrder(device);
  const counted = countRequests();
  await run(device, stream, { type: "add-line", data: aLine(1, { lineId: newId() }) });
  expect(counted.asked()).toEqual([
    "meta get",
    "meta get",
    "meta get",
    "meta get",
    "meta get",
    "meta get",
    "meta put",
    "meta put",
    "outbox add",
    "outbox openCursor",
    "streams get",
    "streams put",
  ]);
  expect(counted.rounds()).toBe(5);
  device.close();
});
