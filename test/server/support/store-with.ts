import type { Store, WorkspaceTx } from "../../../src/server/store/store.ts";

/** The store with some of what its transactions do done in another way. */
export function storeWith(store: Store, over: (tx: WorkspaceTx) => Partial<WorkspaceTx>): Store {
  return {
    ...store,
    inWorkspace: (workspace, work, order) =>
      store.inWorkspace(workspace, (tx) => work({ ...tx, ...over(tx) }), order),
  };
}
