import { unreachable } from "../../domain/unreachable.ts";
import { appWords } from "../words/app-words.ts";
import { notSavedWords } from "../words/not-saved-words.ts";
import type { SortedFault } from "./sort-fault.ts";

/** What to say of an error. Undefined where nothing has to be said: the storage is looked at, or sync tells it. */
export function faultWords({ kind, acted }: SortedFault): string | undefined {
  switch (kind) {
    case "quota":
    case "storage":
      return acted ? notSavedWords[kind] : undefined;
    case "stale":
      return appWords.stale.text;
    case "ours":
      return acted ? faultTexts.acted : faultTexts.other;
    default:
      return unreachable(kind);
  }
}

const faultTexts = {
  acted:
    "Something went wrong in Docket, and this may not be saved. Look whether it is there; if not, do it again.",
  other: "Something went wrong in Docket. Everything that says “Saved” is safe on this device.",
};

/** Words of a storage that this page has lost. */
export const storageLostWords = {
  title: "The connection to this device's storage is lost",
  reloads: "Nothing that was saved is lost. Docket loads again in a moment.",
  typed:
    "Nothing that was saved is lost. What you are typing is not saved yet, and cannot be saved before Docket has loaded again: copy what you need, then reload.",
  stays:
    "Nothing that was saved is lost. Loading again has not helped so far: close other windows of Docket, or restart the browser. Then reload.",
  reload: "Reload",
  look: "Show what I typed",
};
