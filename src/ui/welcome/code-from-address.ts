/**
 * The code in an address's fragment (`#<code>`): it is there, never in path or query, so that no server or proxy log
 * sees it. Empty when there is none.
 */
export function codeFromAddress(hash: string): string {
  const text = hash.replace(/^#/, "");
  try {
    return decodeURIComponent(text).trim().slice(0, 100);
  } catch {
    return text.slice(0, 100);
  }
}
