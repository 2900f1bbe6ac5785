/** Words of getting started. */
export const welcomeWords = {
  title: "Take orders anywhere",
  text: "Docket saves every order on this device the moment you write it, and sends it automatically when there is a network.",
  join: { title: "Join your business", text: "With the invite code or link from its owner." },
  start: { title: "Start a business on this server", text: "With the setup code the server printed." },
  begin: {
    title: "Begin on this device alone",
    text: "Without a server. You can connect one later; your orders come along.",
  },
  back: "Back to the start",
  startScreen: {
    title: "Start your business",
    text: "These settings are for everyone who joins. All but the currency can be changed later.",
    code: "Setup code",
    codeHint: "The server prints it at its first start, and the link it prints contains it.",
    submit: "Start",
  },
  beginScreen: {
    title: "Begin on this device",
    text: "Everything stays on this device until you connect it to a server under Settings.",
    submit: "Begin",
  },
  joinScreen: {
    title: "Join your business",
    text: "An owner makes an invite under Devices. Scan its QR code, open its link, or paste the link or type its code here.",
    code: "Invite code",
    codeHint: "It works once and for ten minutes.",
    submit: "Join",
    kept: "Joined. What you wrote on this device before is in another currency, so it stays in a workspace of its own here.",
  },
  deviceName: "Name of this device",
  deviceNameHint: "Others see it beside what you write, for example “Maria's phone”.",
  local: "What you wrote on this device so far comes along.",
  joining: "Asking the server",
  notSaved: "This could not be saved",
};

/** What is wrong with a code, or with the link that it was pasted in. */
export const codeWords = {
  elsewhere: (server: string) =>
    `This link belongs to another server, ${server}. Open that address on this device and join there, or type only the code to try it here.`,
  none: "There is no code in this link: it is after the # at its end.",
};

/** Safari's tabs and apps on the home screen do not share what they keep. */
export const installFirstWords = {
  title: "Add Docket to the home screen first, then go on there",
  text: "What you begin in this tab is not there in the app on the home screen, and Safari deletes it after seven days without a visit.",
  steps: ["Tap Share, then “Add to Home Screen”.", "Open Docket from the home screen."],
  /** The last step: what is done there. */
  there: {
    join: "Join there: paste the invite's whole link, or type its code.",
    start: "Start the business there: paste the whole link with the setup code, or type the code.",
    begin: "Begin there.",
  },
};

/** What a device is called until somebody gives it a name. */
export const deviceKindWords = {
  android: "Android device",
  iphone: "iPhone",
  ipad: "iPad",
  mac: "Mac",
  windows: "Windows computer",
  linux: "Linux computer",
  other: "My device",
};
