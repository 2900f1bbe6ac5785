/** Something that one work has made and others use as well. */
export interface Shared<Value> {
  readonly value: Value;
  readonly end: () => Promise<void>;
}

/** What works share within one run. */
export interface SharedThings {
  /** What is kept under a key; `make` makes it when the first work asks. */
  readonly share: <Value>(key: string, make: () => Promise<Shared<Value>>) => Promise<Value>;
  /** Ends everything, the newest first; a failure is told after the others have ended. */
  readonly endAll: () => Promise<void>;
}

/** Makes an empty one. A key is always of one type: who asks says which. */
export function makeShared(): SharedThings {
  const things = new Map<string, Promise<Shared<unknown>>>();
  return {
    share: async <Value>(key: string, make: () => Promise<Shared<Value>>) => {
      const found = things.get(key) ?? make();
      things.set(key, found);
      try {
        return (await found).value as Value;
      } catch (error) {
        // The next one may have more luck.
        things.delete(key);
        throw error;
      }
    },
    endAll: async () => {
      const failures: unknown[] = [];
      for (const thing of [...things.values()].reverse()) {
        try {
          await (await thing).end();
        } catch (error) {
          failures.push(error);
        }
      }
      things.clear();
      if (failures.length > 0) throw failures[0];
    },
  };
}
