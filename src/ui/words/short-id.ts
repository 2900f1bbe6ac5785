/** Enough of an id to tell devices apart by: its end, since ids of one day begin alike. */
export function shortId(id: string): string {
  return id.slice(-6);
}
