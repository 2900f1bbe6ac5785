/**
 * Counts all requests to IndexedDB of a page from now on, by store and method; `stop` yields them. It is sent to the
 * page as text: it must stand on its own.
 */
export function countRequests(): { readonly stop: () => Readonly<Record<string, number>> } {
  const counts: Record<string, number> = {};
  const undo: (() => void)[] = [];
  const watch = <Kind extends IDBObjectStore | IDBIndex>(
    prototype: Kind,
    methods: readonly string[],
    nameOf: (asked: Kind) => string,
  ) => {
    for (const method of methods) {
      const known = Object.getOwnPropertyDescriptor(prototype, method);
      if (known === undefined) continue;
      Object.defineProperty(prototype, method, {
        ...known,
        value: function (this: Kind, ...args: unknown[]) {
          const name = `${nameOf(this)}.${method}`;
          counts[name] = (counts[name] ?? 0) + 1;
          return Reflect.apply(known.value, this, args);
        },
      });
      undo.push(() => Object.defineProperty(prototype, method, known));
    }
  };
  const single = ["get", "getKey", "count", "openCursor", "openKeyCursor"];
  const many = ["getAll", "getAllKeys", "getAllRecords"];
  const writes = ["add", "put", "delete", "clear"];
  watch(IDBObjectStore.prototype, [...single, ...many, ...writes], ({ name }) => name);
  watch(IDBIndex.prototype, [...single, ...many], ({ name, objectStore }) => `${objectStore.name}[${name}]`);
  return {
    stop: () => {
      for (const put of undo) put();
      return counts;
    },
  };
}
