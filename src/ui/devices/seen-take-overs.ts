const keyOf = (workspaceId: string) => `docket-take-overs-seen/${workspaceId}`;

/** Up to when this device's owner has seen which devices took over from others; "" where nothing can be remembered. */
export function findSeenTakeOvers(workspaceId: string): string {
  try {
    return localStorage.getItem(keyOf(workspaceId)) ?? "";
  } catch {
    return "";
  }
}

/** Remembers that all up to a time were seen. */
export function noteSeenTakeOvers(workspaceId: string, until: string): void {
  try {
    localStorage.setItem(keyOf(workspaceId), until);
  } catch {
    // Site data is blocked: they are marked again the next time.
  }
}
