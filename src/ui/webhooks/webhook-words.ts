import type {
  DeliveryFault,
  SubscriptionMode,
  SubscriptionState,
} from "../../protocol/subscription-messages.ts";

/** Words of the webhooks page. */
export const webhookWords = {
  title: "Webhooks",
  text: "Other programs that hear what happens here.",
  alone: {
    title: "Webhooks need a server",
    text: "Connect this device to a server under Settings; the server sends them, also while every device is off.",
  },
  toSettings: "Go to the settings",
  notOwner: {
    title: "Only owners see the webhooks",
    text: "Ask an owner to connect another program.",
  },
  loadFailed: "The webhooks could not be fetched",
  offlineText: "This page shows what the server knows, so it needs a network. Taking orders does not.",
  again: "Try again",
  add: "Add a webhook",
  none: {
    title: "No webhooks yet",
    text: "Add the address of your accounting, warehouse or shop system, and it hears of every order as it happens.",
  },
  url: "Address",
  urlHint: "Where the other program listens. It begins with https://",
  urlMissing: "Enter the address.",
  description: "What it is for",
  descriptionHint: "So that others know it: “Accounting”, “Web shop”",
  mode: "What is sent",
  types: "Which events",
  allTypes: "All events",
  someTypes: "Only these",
  typesMissing: "Choose at least one kind of event.",
  typeGroup: "Kinds of events",
  save: "Save",
  secretTitle: "Its secret",
  secretText:
    "Give this to the other program: it checks with it that a message comes from here. It is shown this once. If it gets lost, make a new one.",
  copySecret: "Copy the secret",
  copied: "Secret copied",
  notCopied: "The browser did not allow copying. Select the secret and copy it by hand.",
  secretKept: "I have it",
  formerText: (until: string) =>
    `Messages are signed with the old secret too until ${until}: change the other program over by then.`,
  former: (until: string) => `Old secret works until ${until}`,
  test: "Send a test",
  tested: (status: number, ms: string) => `The test arrived: it answered ${status} after ${ms} ms`,
  notTested: (why: string) => `The test did not arrive: ${why}`,
  pause: "Pause",
  resume: "Resume",
  edit: "Change",
  editTitle: "Change the webhook",
  rotate: "New secret",
  rotateTitle: "Make a new secret?",
  rotateText:
    "Both secrets work for one day, so that the other program can be changed over. After that only the new one works.",
  remove: "Delete",
  removeTitle: "Delete this webhook?",
  removeText:
    "Nothing more is sent to it. What still waits for it is lost to it; your orders are not touched.",
  removed: "Webhook deleted",
  lastDelivered: (ago: string) => `Last arrived ${ago}`,
  neverDelivered: "Nothing has arrived yet",
  waiting: (count: string) => `${count} waiting`,
  dead: (count: string) => `${count} given up`,
  allKinds: "All events",
  endedMaker: (name: string) => `Made by ${name}, who has no access any more`,
  endedMakerText:
    "It still hears what happens here. If nobody needs it any more, delete it. If somebody does, make a new secret and check the address.",
  kinds: (count: string) => `Kinds of events: ${count}`,
  show: "Show what waits",
  hide: "Hide what waits",
  deadTitle: "Given up: needs you",
  deadText:
    "Tried ten times over a day. What came later for the same thing waits behind it, since the other program must hear it in order.",
  pendingTitle: "Waiting",
  nothingWaits: "Nothing waits: everything has arrived.",
  replay: "Try again",
  replayAll: "Try all again",
  replaying: "On its way again",
  skip: "Leave out",
  skipTitle: "Leave this event out?",
  skipText: "The other program never hears of it; what waits behind it is sent.",
  skipped: "Left out",
  next: (ago: string) => `Next try ${ago}`,
  behind: "Waits behind an earlier one",
  triedOnce: "Tried once",
  tried: (times: string) => `Tried ${times} times`,
  more: "Show more",
} as const;

/** What is sent, as people choose it. */
export const modeWords: Readonly<Record<SubscriptionMode, { readonly name: string; readonly text: string }>> =
  {
    notification: {
      name: "That something happened",
      text: "No business data leaves: only what kind of event it was, and where to read it. The other program asks for the rest with a device of its own.",
    },
    state: {
      name: "Everything about it",
      text: "The whole event, with customer, lines and prices. The other program needs to ask for nothing.",
    },
  };

/** How a webhook is, and what to do about it. */
export const stateWords: Readonly<
  Record<SubscriptionState, { readonly name: string; readonly text: string | undefined }>
> = {
  active: { name: "Active", text: undefined },
  paused: { name: "Paused", text: "What happens meanwhile waits, and is sent when you resume it." },
  gone: {
    name: "Turned away",
    text: "The other program said that this address is no longer used (410). Correct the address, or delete the webhook.",
  },
  full: {
    name: "Stopped: too much waits",
    text: "New events are no longer kept for it. When you resume it, it gets what waits and what happens from then on; the other program can read what happened in between from /v1/events.",
  },
};

/** Why an attempt did not work, in one sentence. */
export function faultWords({ reason, status }: DeliveryFault): string {
  switch (reason) {
    case "status":
      return `it answered with the error ${status ?? ""}`.trim();
    case "redirect":
      return `it sent us on to another address (${status ?? ""}): enter that one`;
    case "timeout":
      return "it did not answer within 15 seconds";
    case "refused-address":
      return "the address leads into a private network";
    case "no-such-host":
      return "the host name is not known";
    case "no-connection":
      return "nobody answers at this address";
    case "bad-certificate":
      return "its certificate is not valid";
    case "gone":
      return "it said that this address is no longer used (410)";
    case "stopped":
      return "our server was stopped meanwhile";
    case "unreadable":
      return "our server could not read the event";
  }
}
