import type { Between, SyncStatus, SyncTrouble } from "../../device/storage/sync-status.ts";

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
  sentWithinDays: "Saved here; open Docket again within 7 days",
  sevenDays: {
    title: "Open Docket again within seven days",
    text: "This is a tab of Safari, which deletes what a site has saved after seven days of use without a visit. Let Docket send what waits here before that. An app on the home screen or in the Dock keeps its data.",
  },
  held: (shown: string) => `${shown} held`,
  why: "See why in the outbox",
  sending: (shown: string) => `Sending ${shown}`,
  receiving: (done: string, total: string) => `Receiving ${done} of ${total}`,
  allSent: (time: string) => `All sent ${time}`,
  connecting: "Connecting",
  notSentFor: (minutes: string) => `Not sent for ${minutes} minutes`,
  nextTry: (time: string) => `Next try ${time}`,
  openOutbox: "Open the outbox",
  openSignIn: "Open the sign-in page",
  joinAgain: "Join again with an invite",
};

/** Each trouble: what it is, short enough for the bar; what to do; and in full for the outbox. */
export const troubleWords: Readonly<Record<SyncTrouble, TroubleWords>> = {
  unreachable: {
    short: "No connection",
    action: "Sent when there is a network",
    full: "The server does not answer: there is no network here, or the server is down. Keep working: everything is saved on this device and is sent automatically.",
  },
  "not-our-server": {
    short: "Not our server",
    action: "Check the network",
    full: "Something answers that is not the Docket server, such as the sign-in page of a Wi-Fi. Check the network, or try another one. Everything is saved on this device.",
  },
  "server-busy": {
    short: "Server is busy",
    action: "Retried automatically",
    full: "The server answers that it cannot take anything at the moment. Docket tries again automatically; everything is saved on this device.",
  },
  revoked: {
    short: "Access was taken back",
    action: "Ask for an invite",
    full: "An owner took this device's access back. All that was saved here is kept, but nothing is sent or received. Ask an owner for a new invite, then join again with it, in the outbox or under Settings.",
  },
  "unknown-token": {
    short: "Server does not know this device",
    action: "Ask for an invite",
    full: "The server does not know this device, for example after it was restored from an older backup. All that was saved here is kept. Ask an owner for an invite to the same business, then join again with it, in the outbox or under Settings.",
  },
  "unsupported-protocol": {
    short: "Versions do not match",
    action: "Update the app",
    full: "The app and the server speak different versions. Reload the page to update the app; if that does not help, the server must be updated. Everything is saved on this device.",
  },
  "chain-broken": {
    short: "Received data did not verify",
    action: "Tell the owner",
    full: "What the server sent does not fit what it sent before, so it was not applied. Your own changes are still sent. Tell whoever looks after the server.",
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

/** What answered instead of our server: what it is, and what to do. */
const betweenWords: Readonly<Record<Between, TroubleWords>> = {
  "captive-portal": {
    short: "Wi-Fi wants a sign-in",
    action: "Sign in to this Wi-Fi",
    full: "This Wi-Fi shows its sign-in page instead of letting Docket through. Open the sign-in page, or switch the Wi-Fi off. Everything is saved on this device and is sent afterwards.",
  },
  "sign-in": {
    short: "Sign-in needed",
    action: "Sign in, then it is sent",
    full: "There is a sign-in in front of the server, such as your company's. Open the sign-in page and sign in; then everything is sent automatically. It is saved on this device until then.",
  },
  refuses: {
    short: "A firewall refuses this",
    action: "Tell who runs the network",
    full: "The server can be reached, but a proxy or firewall on the way refuses what Docket sends, also uncompressed. Try another network, such as mobile data, or ask whoever runs this one to let Docket through. Everything is saved on this device.",
  },
  "too-large": {
    short: "A proxy limits the size",
    action: "Smaller parts are sent",
    full: "A proxy on the way refuses requests of this size. Docket sends smaller parts automatically. If one change alone is too large, whoever runs the proxy must allow requests of 1 MB. Everything is saved on this device.",
  },
  "drops-headers": {
    short: "A proxy alters requests",
    action: "Tell who runs the network",
    full: "A proxy on the way removes parts of what Docket sends (the headers Authorization or Docket-Protocol). Try another network, or ask whoever runs the proxy to leave them in. Everything is saved on this device.",
  },
  "other-server": {
    short: "Another server answers",
    action: "Tell who runs the server",
    full: "At the address of the Docket server something else answers. It may have moved, or the address may lead elsewhere on this network. Tell whoever looks after the server. Everything is saved on this device and is sent when it answers again.",
  },
};

/** Words for one trouble: short enough for the bar; what to do; and in full. */
export interface TroubleWords {
  readonly short: string;
  readonly action: string;
  readonly full: string;
}

/** The words for what keeps syncing back: for what is between where that is known, else for the trouble. */
export function syncTroubleWords({
  trouble,
  between,
}: {
  readonly trouble: SyncTrouble;
  readonly between?: Between | undefined;
}): TroubleWords {
  return between === undefined ? troubleWords[trouble] : betweenWords[between];
}

/** The words for what is between, by its name; undefined for any other name. */
export function findBetweenWords(name: string): TroubleWords | undefined {
  return Object.hasOwn(betweenWords, name) ? betweenWords[name as Between] : undefined;
}

/** Whether the server lets this device in again only with an invite. */
export function asksToJoinAgain(trouble: string): boolean {
  return trouble === "revoked" || trouble === "unknown-token" || trouble === "device-cloned";
}

/** Whether a page of somebody else's is to be seen first: a link past what this app keeps leads there. */
export function asksToSignIn(between: SyncStatus["between"]): boolean {
  return between === "captive-portal" || between === "sign-in";
}
