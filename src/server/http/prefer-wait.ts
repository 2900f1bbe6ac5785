/**
 * How many seconds a request is willing to wait (RFC 7240: `Prefer: wait=20`), whole and at most `secondsMax`;
 * undefined where it does not say. Of a preference that is there twice the first counts, and one that cannot be read is
 * passed over, as the standard asks.
 */
export function preferredWait(
  header: string | readonly string[] | undefined,
  secondsMax: number,
): number | undefined {
  const preferences = [header ?? []].flat().join(",").slice(0, headerMax).split(",");
  const first = preferences.find((preference) => /^\s*wait\s*(=|;|$)/i.test(preference));
  const found = /^\s*wait\s*=\s*("?)(\d{1,9})\1\s*(;.*)?$/i.exec(first ?? "")?.[2];
  return found === undefined ? undefined : Math.min(Number(found), secondsMax);
}

/** No honest header of this kind is longer, in code units. */
const headerMax = 1_000;
