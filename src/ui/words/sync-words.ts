import type { SyncTrouble } from "../../device/sync-status.ts";

/** What sync is told about on every screen: short, true, and with what to do. */
export const syncWords = {
  savedHere: "Saved on this device",
  notConnected: "No server yet: connect",
  needsYou: (count: string) => `Needs you: ${count}`,
  decide: "Decide in the outbox",
  waiting: (count: number, shown: string) => `${shown} ${count === 1 ? "change" : "changes"} waiting`,
  nothingWaiting: "nothing waiting",
  offline: (rest: string) => `Offline · ${rest}`,
  sentLater: "Saved here, sent when there is a network",
  held: (shown: string) => `${shown} held`,
  why: "See why in the outbox",
  sending: (shown: string) => `Sending ${shown}`,
  receiving: (done: string, total: string) => `Receiving ${done} of ${total}`,
  allSent: (time: string) => `All sent ${time}`,
  connecting: "Connecting",
  notSentFor: (minutes: string) => `Not sent for ${minutes} minutes`,
  nextTry: (time: string) => `Next try ${time}`,
  openOutbox: "Open the outbox",
};

/** Each trouble: what it is, short enough for the bar; what to do; and in full for the outbox. */
export const troubleWords: Readonly<
  Record<SyncTrouble, { readonly short: string; readonly action: string; readonly full: string }>
> = {
  unreachable: {
    short: "No connection",
    action: "Sent when there is a network",
    full: "The server does not answer: there is no network here, or the server is down. Go on working; everything is saved on this device and goes up by itself.",
  },
  "not-our-server": {
    short: "Not our server",
    action: "Sign in to this Wi-Fi",
    full: "Something answers that is not the Docket server, such as the sign-in page of a hotel or shop Wi-Fi. Open any website, sign in there, or switch the Wi-Fi off. Everything is saved on this device.",
  },
  "server-busy": {
    short: "Server is busy",
    action: "Tried again by itself",
    full: "The server answers that it cannot take anything at the moment. Docket tries again by itself; everything is saved on this device.",
  },
  revoked: {
    short: "Access was taken back",
    action: "Ask the owner for an invite",
    full: "An owner took this device's access back. All that was saved here is kept, but nothing goes up or down. Ask an owner for a new invite, then join again under Settings.",
  },
  "unknown-token": {
    short: "Server does not know this device",
    action: "Ask the owner for an invite",
    full: "The server does not know this device, for example after it was restored from an older backup. All that was saved here is kept. Ask an owner for an invite to the same business, then join again under Settings.",
  },
  "unsupported-protocol": {
    short: "Versions do not match",
    action: "Update the app",
    full: "The app and the server speak different versions. Reload the page to update the app; if that does not help, the server must be updated. Everything is saved on this device.",
  },
  "chain-broken": {
    short: "Received data did not verify",
    action: "Tell the owner",
    full: "What the server sent does not fit what it sent before, so it was not applied. Your own changes still go up. Tell whoever looks after the server.",
  },
  "history-changed": {
    short: "The server's history changed",
    action: "Tell the owner",
    full: "The server's history is not the one this device has read, as after a restore from a backup. Nothing here is deleted. Tell whoever looks after the server.",
  },
  "device-cloned": {
    short: "Another device uses this identity",
    action: "Join again",
    full: "A copy of this device's data is in use elsewhere, for example a copied browser profile. Everything here is kept. Join again with a fresh invite, so that each device has an identity of its own.",
  },
  storage: {
    short: "This device cannot save",
    action: "Free some space",
    full: "The browser cannot write: the disk is full or the site's data is blocked. What was saved before is still here. Free some space and reload.",
  },
  "unexpected-answer": {
    short: "The server's answer was not understood",
    action: "Update the app",
    full: "The server gave an answer that this version of the app does not understand. Reload to update the app. Everything is saved on this device.",
  },
};
