import type { BroughtIn, ReadyBackup, RefusedBackup } from "../../device/files/import-backup.ts";
import { unreachable } from "../../domain/unreachable.ts";
import type { Format } from "../words/format.ts";

/** Words of backup files: saving one, and restoring one. */
export const backupWords = {
  title: "Copies of this device's work",
  text: "A file that holds your work, for the day this device breaks or its data is cleared. It gives nobody access, but whoever opens it can read your customers and orders: keep it safe.",
  saveEverything: "Save a copy of everything",
  saveWaiting: "Save what is not sent yet",
  saved: (count: number, shown: string) =>
    count === 0
      ? "Saved as a file. Nothing was waiting to be sent."
      : `Saved as a file, with ${shown} ${count === 1 ? "change that is" : "changes that are"} not sent yet.`,
  failed:
    "The file could not be made: the browser did not give the data back. Reload the page and try again.",
  bringIn: "Restore a backup file",
  chosen: "Restore this file?",
  confirm: (shown: string) => `Restore ${shown}`,
  close: "Close",
  support: "Save a support file",
  supportText:
    "For whoever looks after Docket: what this device did lately, without names, addresses, notes or any access.",
};

/** Work that is not sent, and nothing says why: what was tried, in the order of trying, and what is left to do. */
export const stallWords = {
  title: (minutes: string) => `Not sent for ${minutes} minutes`,
  text: "Everything is saved on this device. Docket should have sent it by now, and has tried these things:",
  tried: {
    wake: "tried again at once",
    "take-over": "sent from this window instead of another",
    reopen: "opened its storage again",
    "check-update": "looked for an update of the app",
  },
  whatNow:
    "Try once more, or reload the page. If it stays like this, save a support file and send it to whoever looks after Docket.",
  tryNow: "Try now",
  trying: "Trying now",
};

/** Whose file it is, and what it would bring. */
export function readyWords(ready: ReadyBackup, format: Format): readonly string[] {
  const { header, fresh, known } = ready;
  const made = `Made on ${header.device.name}, ${format.dateTime(header.madeAt)}, for ${header.workspace.name}.`;
  const holds =
    fresh.length === 0
      ? "Everything in it is here already, so there is nothing to restore."
      : `It brings ${changes(fresh.length, format)} that ${fresh.length === 1 ? "is" : "are"} not here yet.`;
  const rest =
    fresh.length > 0 && known > 0
      ? [`${format.number(known)} more ${known === 1 ? "is" : "are"} here already.`]
      : [];
  const proven = fresh.length - ready.unproven;
  const whose =
    proven > 0
      ? [
          `${changes(proven, format)} ${proven === 1 ? "counts" : "count"} as made by ${header.device.name}, with what that device may do.`,
        ]
      : [];
  const unproven =
    ready.unproven > 0
      ? [
          `Nothing proves who made ${changes(ready.unproven, format)}. You look at ${ready.unproven === 1 ? "it" : "each"} in the outbox before it counts.`,
        ]
      : [];
  const sent = header.holds === "everything" ? ["Confirmed changes come from the server itself."] : [];
  const alone = header.joined
    ? []
    : ["It was written without a server. Restore it only in the business it belongs to."];
  return [made, holds, ...whose, ...unproven, ...rest, ...sent, ...alone];
}

/** Why a file is not restored, and what to do. Nothing was changed. */
export function refusedBackupWords(refused: RefusedBackup): string {
  switch (refused.outcome) {
    case "not-a-backup":
      return "This is not a backup file of Docket. Choose one whose name begins with “docket-” and ends with “.jsonl”.";
    case "too-large":
      return "This file is too large to read here. On the device it came from, save only what is not sent yet, and restore that file.";
    case "newer":
      return "This file was made by a newer version of Docket. Update the app, then restore it.";
    case "damaged":
      return `This file is incomplete or was changed (line ${refused.line}), so nothing of it was restored. Save it again on the device it came from, or look for another copy.`;
    case "other-workspace":
      return `This file belongs to another business, “${refused.name}”. Open that business on this device, or join it with an invite, then restore the file there.`;
    case "other-currency":
      return `This file is in ${refused.currency}, this business is in ${refused.here}. Orders cannot change their currency, so it was not restored.`;
    default:
      return unreachable(refused);
  }
}

/** The result of a restore. */
export function broughtInWords(done: BroughtIn, format: Format): string {
  if (done.outcome === "brought-in")
    return done.fresh === 0
      ? "Everything in it was here already."
      : `Restored ${changes(done.fresh, format)}. Saved on this device.`;
  return done.why === "quota"
    ? "Not all of it was saved: this device's storage is full. Free some space, then restore the same file again; nothing is stored twice."
    : "Not all of it was saved: the browser could not write. Reload the page, then restore the same file again; nothing is stored twice.";
}

function changes(count: number, format: Format): string {
  return `${format.number(count)} ${count === 1 ? "change" : "changes"}`;
}
