/** What this tab keeps across a reload; undefined where there is nothing, or nothing can be kept. */
export function findKept(key: string): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text in this tab, or forgets it. Tells whether that was possible: site data may be blocked, or full. */
export function keep(key: string, text: string | undefined): boolean {
  try {
    if (text === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}
