const key = "docket-database";

/** The database that this browser worked in when a page last started; undefined where nothing is remembered. */
export function findRemembered(): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers the database that a page works in, for the next start; the registry still holds. */
export function remember(database: string | undefined): void {
  try {
    if (database === undefined) localStorage.removeItem(key);
    else if (localStorage.getItem(key) !== database) localStorage.setItem(key, database);
  } catch {
    // Site data is blocked: each start asks the registry first.
  }
}
