import { afterEach } from "vitest";

const writes = ["put", "add", "delete", "clear"] as const;
const reads = ["get", "getAll", "getAllKeys", "getKey", "count", "openCursor", "openKeyCursor"] as const;

/** What was asked of IndexedDB since counting began, by all transactions. */
export interface CountedRequests {
  /** Each request as `<store> <method>`, sorted; those of read-write transactions only, where `mode` says so. */
  readonly asked: (mode?: "readwrite") => readonly string[];
  /** How many rows of a store were read by requests for many at once. */
  readonly rowsOf: (store: string) => number;
  /** How often read-write transactions waited: the longest row of requests, each asked after an answer to the one before. */
  readonly waves: () => number;
  /** The stores that each read-write transaction has locked, in the order in which they began to ask. */
  readonly written: () => readonly string[];
}

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0).toReversed()) one();
});

/** Counts what is asked of IndexedDB from now on, to the end of the test. */
export function countRequests(): CountedRequests {
  const asked: { readonly text: string; readonly mode: IDBTransactionMode }[] = [];
  const rows = new Map<string, number>();
  const writing = new Set<IDBTransaction>();
  let waves = 0;
  let answered = 0;
  const note = (store: IDBObjectStore, method: string, request: IDBRequest) => {
    const { name, transaction } = store;
    const { mode } = transaction;
    asked.push({ text: `${name} ${method}`, mode });
    const addRows = () => rows.set(name, (rows.get(name) ?? 0) + (request.result as unknown[]).length);
    if (method === "getAll") request.addEventListener("success", addRows, { once: true });
    if (mode !== "readwrite") return request;
    writing.add(transaction);
    const wave = answered + 1;
    waves = Math.max(waves, wave);
    // The steps of a cursor after its first are not counted.
    request.addEventListener("success", () => (answered = Math.max(answered, wave)), { once: true });
    return request;
  };
  watch(IDBObjectStore.prototype, [...reads, ...writes], (store, method, request) =>
    note(store, method, request),
  );
  watch(IDBIndex.prototype, reads, (index, method, request) => note(index.objectStore, method, request));
  const inMode = (mode: "readwrite" | undefined) =>
    asked.filter((one) => mode === undefined || one.mode === mode).map(({ text }) => text);
  return {
    asked: (mode) => inMode(mode).toSorted(),
    rowsOf: (store) => rows.get(store) ?? 0,
    waves: () => waves,
    written: () => [...writing].map(storesOf),
  };
}

function storesOf({ objectStoreNames }: IDBTransaction): string {
  return [...objectStoreNames].toSorted().join(" ");
}

function watch<Kind extends IDBObjectStore | IDBIndex>(
  prototype: Kind,
  methods: readonly string[],
  note: (asking: Kind, method: string, request: IDBRequest) => IDBRequest,
): void {
  const methodsOf = prototype as unknown as Record<string, (this: Kind, ...wanted: unknown[]) => IDBRequest>;
  for (const method of methods) {
    const original = methodsOf[method];
    if (original === undefined) continue;
    methodsOf[method] = function (...wanted) {
      return note(this, method, original.apply(this, wanted));
    };
    undo.push(() => Object.assign(prototype, { [method]: original }));
  }
}

/** How many there are of each, for a message that can be read. */
export function tallied(asked: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const one of asked) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}
