import type { SyncTrouble } from "../../device/storage/sync-status.ts";
import type { ProblemCode } from "../../protocol/problem.ts";
import { findBetweenWords, troubleWords } from "./sync-words.ts";

/** What is wrong and what to do. */
export interface Explanation {
  readonly title: string;
  readonly text: string;
}

const problems: Readonly<Record<ProblemCode, Explanation>> = {
  malformed: {
    title: "The server could not read the request",
    text: "Check what you entered. If all is well, update the app.",
  },
  "too-large": { title: "Too large for the server", text: "Shorten what you entered, or split it." },
  "too-deep": { title: "The server could not read the request", text: "Update the app, then try again." },
  "unsupported-protocol": {
    title: troubleWords["unsupported-protocol"].short,
    text: troubleWords["unsupported-protocol"].full,
  },
  "not-found": {
    title: "Not there any more",
    text: "The server does not know it. Go back and look at the list again.",
  },
  "method-not-allowed": {
    title: "The server does not offer this",
    text: "The server is older than the app. It must be updated.",
  },
  "rate-limited": {
    title: "Too many tries",
    text: "The server wants a pause. Wait a minute, then try again.",
  },
  timeout: {
    title: "The server took too long",
    text: "Try again; a second try of the same code does no harm.",
  },
  unauthenticated: {
    title: "The server does not know this device",
    text: troubleWords["unknown-token"].full,
  },
  "unknown-token": { title: troubleWords["unknown-token"].short, text: troubleWords["unknown-token"].full },
  revoked: { title: troubleWords.revoked.short, text: troubleWords.revoked.full },
  forbidden: {
    title: "Only an owner may do this",
    text: "Ask an owner of the business to do it, or to give this device another role.",
  },
  "wrong-code": {
    title: "This code is not right",
    text: "Check it letter by letter against where it is shown. Nothing has been used up.",
  },
  "code-used": {
    title: "This code has been used already",
    text: "Each code lets one device in. Ask an owner for a new invite. If it was this device, it has joined: reload the page.",
  },
  "code-expired": {
    title: "This code has expired",
    text: "An invite works for ten minutes. Ask an owner for a new one.",
  },
  "device-cloned": { title: troubleWords["device-cloned"].short, text: troubleWords["device-cloned"].full },
  "history-changed": {
    title: troubleWords["history-changed"].short,
    text: troubleWords["history-changed"].full,
  },
  "not-allowed": {
    title: "This device's role may not do this",
    text: "Ask an owner to do it, or to invite this device with another role. You can discard it here.",
  },
  "invalid-event": {
    title: "The server could not read this entry",
    text: "Update the app and send it again. If that does not help, discard it and enter it again.",
  },
  "rule-broken": {
    title: "It does not fit what happened meanwhile",
    text: "Look at the order as it is now, then send it again or discard it.",
  },
  "not-proven": {
    title: "Nothing proves who made this",
    text: "It came in with a file. Look at it: add it as yours, or discard it.",
  },
  "bad-seal": {
    title: "Not as the server had recorded it",
    text: "The server was restored from a backup and could not take this back: it differs from what it had recorded. Show this to whoever looks after the server.",
  },
  "id-taken": {
    title: "Another device has written something else under the id of this entry",
    text: "Look at what it wrote, then keep theirs or send yours too.",
  },
  "number-taken": {
    title: "The order number is taken",
    text: "Another order has this number, or another device gives such numbers: as with a backup file of a device that still has access. Send it again to give this one a new number. It is found by the old one too.",
  },
  "unknown-type": {
    title: "The server must be updated first",
    text: "This app is newer than the server. It waits here and is sent automatically afterwards.",
  },
  "update-needed": {
    title: "The app must be updated first",
    text: "Reload the page to update Docket. It waits here and is sent automatically afterwards.",
  },
  "workspace-full": {
    title: "The business has used up its room on the server",
    text: "It waits here, nothing is lost, and it is sent automatically once there is room. Tell whoever looks after the server.",
  },
  "address-refused": {
    title: "Nothing can be sent to this address",
    text: "It must begin with https:// and lead to a public server. Check how it is written.",
  },
  "too-many-subscriptions": {
    title: "There are too many webhooks",
    text: "Delete one that is no longer used.",
  },
  "not-dead": {
    title: "This one is on its way again",
    text: "It was tried again or passed over meanwhile. Look again.",
  },
  unavailable: { title: troubleWords["server-busy"].short, text: troubleWords["server-busy"].full },
  internal: {
    title: "The server made a mistake",
    text: "Try again in a moment. If it happens again, tell whoever looks after the server.",
  },
};

/** Words for a problem's code, or for the trouble of not reaching the server; an unknown code keeps its name. */
export function refusedWords(code: string): Explanation {
  if (Object.hasOwn(problems, code)) return problems[code as ProblemCode];
  if (Object.hasOwn(troubleWords, code)) {
    const { short, full } = troubleWords[code as SyncTrouble];
    return { title: short, text: full };
  }
  const between = findBetweenWords(code);
  if (between !== undefined) return { title: between.short, text: between.full };
  return {
    title: "The server refused",
    text: `It says “${code}”. Update the app; if that does not help, tell whoever looks after the server.`,
  };
}
