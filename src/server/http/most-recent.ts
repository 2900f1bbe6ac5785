import { LRUCache } from "lru-cache";

/**
 * Remembers at most so many values, those that were used last, each for at most `ttl` ms where that is given. It takes
 * memory as it fills: a cache with `max` would take all of it at once, for every server that starts.
 */
export function makeMostRecent<Value extends object | number | true>(
  countMax: number,
  ttl?: number,
): LRUCache<string, Value> {
  const size = { maxSize: countMax, sizeCalculation: () => 1 };
  return new LRUCache<string, Value>(ttl === undefined ? size : { ...size, ttl });
}
