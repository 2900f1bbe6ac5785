/** Words of the settings and the “More” screen. */
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

/** The settings of a business, wherever they are asked. */
export const settingsFieldWords = {
  name: "Business name",
  currency: "Currency",
  currencyHint: "Cannot be changed later.",
  taxMode: "Tax",
  taxModes: {
    exclusive: "Added on top of prices",
    inclusive: "Included in prices",
    none: "No tax",
  },
  taxRates: "Tax rates",
  taxRatesHint: "Products name one of them; orders keep the rate they were taken with.",
  rateName: "Rate name",
  ratePercent: "Percent",
  rateWrong: "A percentage such as 19 or 7.5",
  addRate: "Add a tax rate",
  removeRate: (name: string) => `Remove ${name}`,
  locale: "Language of figures and dates",
  timeZone: "Time zone",
  timeZoneHint: "Decides when a day begins in reports.",
  standardRate: "Standard",
  required: "Please fill this in.",
};
