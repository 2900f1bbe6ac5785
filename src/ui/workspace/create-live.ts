import { type Accessor, createComputed, createMemo, createSignal, onCleanup, untrack } from "solid-js";
import { type Live, live } from "../../device/storage/live.ts";

/** What is known of a query's answer: four different screens. */
export type Loaded<Value> =
  | { readonly status: "loading" }
  | { readonly status: "ready"; readonly value: Value }
  | { readonly status: "failed"; readonly reason: unknown };

/**
 * A live query over the device, asked again whenever its key or what it read changes, in this tab or another. The key
 * is read here, where Solid sees it; the query gets it as an argument, since it runs where Solid does not look. Its
 * signal tells a long query that the key is no longer wanted. An undefined key asks nothing. With `keep`, the last
 * answer stays while a new key's is awaited; else no key is ever shown the answer of another, not even to what is made
 * at the moment at which it changes, before Solid has run this one's computation. With `first`, that is the answer until
 * the query gives one.
 */
export function createLive<Key, Value>(
  key: () => Key | undefined,
  query: (key: Key, signal: AbortSignal) => Promise<Value>,
  options: LiveOptions<Value> = {},
): Accessor<Loaded<Value>> {
  return createFollowed(key, (current) => stoppable((signal) => query(current, signal)), options);
}

/** The same for what answers several times, or follows what it read in a way of its own. */
export function createFollowed<Key, Value>(
  key: () => Key | undefined,
  follow: (key: Key) => Live<Value>,
  options: LiveOptions<Value> = {},
): Accessor<Loaded<Value>> {
  const wanted = createMemo(key);
  const [answer, setAnswer] = createSignal<Answer<Key, Value>>({
    to: undefined,
    loaded: "first" in options ? { status: "ready", value: options.first as Value } : loading,
  });
  createComputed(() => {
    const current = wanted();
    const show = (loaded: Loaded<Value>) => setAnswer({ to: current, loaded });
    if (options.keep !== true || untrack(answer).loaded.status === "failed") show(loading);
    if (current === undefined) return;
    const subscription = untrack(() => follow(current)).subscribe(
      (value) => show({ status: "ready", value }),
      (reason) => show({ status: "failed", reason }),
    );
    onCleanup(() => subscription.unsubscribe());
  });
  return () => {
    const { to, loaded } = answer();
    return options.keep === true || to === wanted() ? loaded : loading;
  };
}

function stoppable<Value>(query: (signal: AbortSignal) => Promise<Value>): Live<Value> {
  return {
    subscribe: (next, error) => {
      const stop = new AbortController();
      const subscription = live(() => query(stop.signal)).subscribe(next, error);
      return {
        unsubscribe: () => {
          subscription.unsubscribe();
          stop.abort();
        },
      };
    },
  };
}

interface LiveOptions<Value> {
  readonly keep?: boolean;
  readonly first?: Value;
}

/** What is known, and of which key. */
interface Answer<Key, Value> {
  readonly to: Key | undefined;
  readonly loaded: Loaded<Value>;
}

const loading = { status: "loading" } as const;

/** The answer once it is there; before, and when the query failed, `otherwise`. */
export function valueOr<Value, Otherwise>(loaded: Loaded<Value>, otherwise: Otherwise): Value | Otherwise {
  return loaded.status === "ready" ? loaded.value : otherwise;
}
