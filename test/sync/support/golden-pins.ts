/**
 * The golden logs as they were written: how many lines, and the hash of these. Lines may be added at the end, with a new
 * pin; those that are there are never changed.
 */
export const goldenPins: Readonly<Record<string, { readonly lines: number; readonly sha256: string }>> = {
  "golden-1": { lines: 47, sha256: "082b03a86e107623" },
  "golden-2": { lines: 8, sha256: "1f9951c456cf5a91" },
};
