/** The database cannot answer now (starting, stopping, disk full, no connection): the same request may work later. */
export function storeUnavailable(reason: string, cause?: unknown): Error {
  return Object.assign(new Error(`the store is unavailable: ${reason}`, { cause }), {
    name: unavailableName,
  });
}

/** Whether an error says so. */
export function isStoreUnavailable(error: unknown): boolean {
  return error instanceof Error && error.name === unavailableName;
}

const unavailableName = "StoreUnavailable";
