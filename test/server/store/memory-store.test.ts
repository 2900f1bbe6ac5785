import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { describeStore } from "../support/store-contract.ts";

describeStore("in memory", async () => {
  const store = makeMemoryStore();
  return { store, remove: store.close };
});
