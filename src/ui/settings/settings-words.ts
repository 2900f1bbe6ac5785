/** Words of the settings, the devices and the “More” screen. */
export const settingsWords = {
  title: "Settings",
  business: "Business",
  readOnly: "Only an owner's device can change these.",
  waiting: "The business's settings arrive as soon as the server answers.",
  save: "Save settings",
  saved: "Settings saved on this device",
  nothing: "Nothing was changed.",
  appearance: "Appearance",
  theme: "Light or dark",
  themes: { system: "Same as the device", light: "Light", dark: "Dark" },
  server: "Server",
  connected: (origin: string) => `Connected to ${origin}`,
  roleIs: (role: string) => `This device: ${role}`,
  alone:
    "This device works without a server. Connect it to have your orders on other devices too; what is here comes along.",
  startOnServer: "Start the business on this server",
  joinInvite: "Join with an invite",
  joinAgain: "Join again with an invite",
  others: "Other businesses on this device",
  othersText:
    "Each is kept apart, with its own orders. What waits in one is sent when you open it, or earlier if the browser can send in the background.",
  withoutServer: "Without a server",
  open: "Open",
  openNamed: (name: string) => `Open ${name}`,
  storage: "Storage on this device",
  persisted: "The browser has promised to keep Docket's data, even when space runs low.",
  notPersisted:
    "The browser may delete Docket's data when space runs very low. Installing the app or adding it to the home screen usually makes it a promise.",
  unknownPersisted: "This browser does not say whether it keeps the data when space runs low.",
  privateWindow:
    "In a private window everything is deleted when the window is closed. Docket cannot tell whether this is one.",
  sevenDays:
    "In a tab, Safari deletes Docket's data after seven days of use without a visit to Docket. Add Docket to the home screen or the Dock and join there: apps keep their data.",
  askPersist: "Ask the browser to keep it",
  refusedPersist:
    "The browser did not promise it. Install Docket (browser menu, “Install” or “Add to home screen”), then ask again.",
  usage: (used: string, quota: string) => `${used} used of about ${quota}`,
  full: "Storage is nearly full. Free some space on this device, so that orders can still be saved.",
  about: "About",
  version: "Version",
  deviceCode: "Device code",
  deviceName: "Device name",
  worker: "Works without a network",
  yes: "Yes",
  notYet: "Not yet: reload once with a network",
  more: "More",
};

/** What roles are called, and what they may do. */
export const roleWords = {
  owner: { name: "Owner", text: "Everything, including devices, products and settings." },
  rep: { name: "Sales", text: "Takes orders, adds and changes customers." },
  warehouse: { name: "Warehouse", text: "Marks orders as shipped, counts and receives stock." },
  service: { name: "Another program", text: "Only reads." },
} as const;

/** Words of the devices page. */
export const deviceWords = {
  title: "Devices",
  text: "Every device that has joined this business.",
  alone: {
    title: "Only this device",
    text: "Connect it to a server under Settings; then others can join by invite.",
  },
  toSettings: "Go to the settings",
  notOwner: {
    title: "Only owners see the devices",
    text: "Ask an owner to invite a device or to take one's access back.",
  },
  loadFailed: "The list could not be fetched",
  again: "Try again",
  invite: "Invite a device",
  inviteTitle: "Invite a device",
  role: "What it may do",
  makeInvite: "Make the invite",
  scan: "Scan this on the other device, open the link, or type the code there. It lets one device in.",
  qr: "QR code with the link to join",
  code: "Code",
  link: "Link",
  copy: "Copy the link",
  copied: "Link copied",
  notCopied: "The browser did not allow copying. Select the link and copy it by hand.",
  expires: (time: string) => `Works until ${time}`,
  expired: "This invite has expired. Make a new one.",
  insecureLink:
    "This link does not begin with https://, so phones cannot use it. Set PUBLIC_URL on the server to its https address (README, “HTTPS”).",
  here: "this device",
  joined: (day: string) => `joined ${day}`,
  seen: (ago: string) => `last seen ${ago}`,
  neverSeen: "not seen yet",
  revoked: "Access taken back",
  tookOver: (code: string, from: string, when: string) => `${code} took over from ${from} on ${when}`,
  tookOverText:
    "A device takes a new identity when its browser profile was copied or set back. If nobody knows of it, take its access back.",
  stillSeen: (code: string, ago: string) => `${code}, an earlier identity, last seen ${ago}`,
  revoke: "Take access back",
  rename: "Rename",
  renameTitle: "Rename the device",
  name: "Name",
  saveName: "Save name",
  confirmTitle: (name: string) => `Take back the access of ${name}?`,
  confirmText:
    "It can no longer send or receive, under this identity or an earlier one. What it has not sent yet stays on it and is sent only after the device has joined again. It needs a new invite to come back.",
  confirmWebhooks: (count: string) =>
    `Webhooks that it made: ${count}. They still hear what happens here. If nobody needs them, pause or delete them under Webhooks.`,
  done: (name: string) => `${name} has no access any more`,
};
