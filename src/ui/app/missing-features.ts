/** A part of the browser without which Docket cannot work: a path from `window`, and what people may call it. */
const needed: readonly (readonly [path: string, name: string])[] = [
  ["navigator.locks.request", "Web Locks"],
  ["BroadcastChannel", "BroadcastChannel"],
  ["HTMLDialogElement.prototype.showModal", "dialog"],
  ["crypto.getRandomValues", "random numbers"],
  ["TextDecoderStream", "TextDecoderStream"],
  ["AbortSignal.timeout", "AbortSignal.timeout"],
  ["reportError", "reportError"],
  ["Object.hasOwn", "Object.hasOwn"],
  ["Array.prototype.toSorted", "Array.toSorted"],
  ["Intl.supportedValuesOf", "Intl.supportedValuesOf"],
];

/** What this browser lacks, by name. IndexedDB is not among it: its absence has a screen of its own. */
export function missingFeatures(window: object): readonly string[] {
  return needed.filter(([path]) => find(window, path) === undefined).map(([, name]) => name);
}

function find(from: unknown, path: string): unknown {
  return path.split(".").reduce((found: unknown, key) => {
    const has = (typeof found === "object" && found !== null) || typeof found === "function";
    return has ? Reflect.get(found as object, key) : undefined;
  }, from);
}
