import type { DeviceDatabase } from "../../device/storage/database.ts";
import type { OrderSearch } from "../../device/views/order-search.ts";
import { whenIdle } from "./when-idle.ts";

/** The search of all orders. Its code is loaded when somebody is about to search: it is no part of the first load. */
export function makeLateOrderSearch(db: DeviceDatabase): OrderSearch {
  let loading: Promise<OrderSearch> | undefined;
  const load = () => {
    loading ??= import("../../device/views/order-search.ts").then(({ makeOrderSearch }) =>
      makeOrderSearch(db, { idle: whenIdle }),
    );
    // Whoever searches next tries again.
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  };
  /** Does this with the search once it is loaded; what that answers is called at the end, if it has come to it. */
  const later = (begin: (search: OrderSearch) => () => void, fail: (reason: unknown) => void) => {
    let isOver = false;
    let end: (() => void) | undefined;
    load().then((search) => {
      if (!isOver) end = begin(search);
    }, fail);
    return () => {
      isOver = true;
      end?.();
    };
  };
  return {
    search: (wanted) => ({
      subscribe: (next, error = () => undefined) => ({
        unsubscribe: later((search) => search.search(wanted).subscribe(next, error).unsubscribe, error),
      }),
    }),
    // What cannot be loaded now is loaded by the search itself, which says so where it fails.
    expect: () =>
      later(
        (search) => search.expect(),
        () => undefined,
      ),
    stop: () => {
      loading?.then(
        (search) => search.stop(),
        () => undefined,
      );
    },
  };
}
