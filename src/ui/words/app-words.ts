/** Words of the frame around every screen. */
export const appWords = {
  name: "Docket",
  skip: "Skip to the content",
  mainNavigation: "Main",
  nav: {
    orders: "Orders",
    newOrder: "New order",
    new: "New",
    customers: "Customers",
    products: "Products",
    stock: "Stock",
    outbox: "Outbox",
    import: "Import",
    devices: "Devices",
    webhooks: "Webhooks",
    events: "Events",
    settings: "Settings",
    more: "More",
  },
  needsYou: (count: string) => `Needs you: ${count}`,
  newIdentity: "New identity since you last looked",
  opening: "Opening your orders",
  failed: {
    title: "Something went wrong on this screen",
    text: "Your saved orders are safe on this device. Go back to the orders, or reload the page. If it happens again, tell whoever looks after Docket what it says below.",
    reload: "Reload",
    toOrders: "Go to the orders",
    details: "Technical details",
  },
  stale: {
    title: "Docket was updated",
    text: "This screen belongs to the new version. Reload to open it; everything you saved is still here.",
  },
  moved: {
    title: "This business was opened again in another tab",
    text: "Your orders are there. What you write here is no longer saved: reload to continue.",
  },
  notFound: {
    title: "This page does not exist",
    text: "The address may be mistyped, or come from a newer version of Docket.",
  },
  notSaved: {
    title: "Could not be read from this device",
    text: "The browser did not give the data back. Nothing is deleted. Reload the page; if it stays like this, close other tabs of Docket and try again.",
  },
  insecure: {
    title: "This address is not secure, so Docket cannot run here",
    text: "Browsers keep orders offline and send them in the background only on an address that begins with https://, or on localhost. Nothing was saved or lost.",
    here: (origin: string) => `You opened ${origin}.`,
    steps: [
      "If you were given an https:// address, open that one.",
      "If you run the server: put it behind a reverse proxy with a certificate and set PUBLIC_URL to that address. The README shows how, under “Phones and HTTPS”.",
      "On the server's own machine, open it as http://localhost instead.",
    ],
  },
  olderBrowser: {
    title: "This browser is too old for Docket",
    text: "Nothing was lost: what was saved here before is still here.",
    lacks: (names: string) => `It lacks: ${names}.`,
    steps: [
      "Update the browser, or on an iPhone or iPad the system.",
      "Docket works in Chrome and Edge 110, Firefox 126, Safari and iOS 16.0, and everything newer.",
    ],
  },
  noStorage: {
    title: "This browser does not let Docket save anything",
    text: "Orders are kept on this device first, and that is not possible here. Nothing was lost.",
    steps: [
      "In a private or incognito window: open Docket in a normal window.",
      "If cookies or site data are blocked: allow them for this address.",
      "If the disk is full: free some space, then reload.",
    ],
  },
  heldUp: {
    title: "This device's storage does not answer yet",
    text: "Another window of Docket most likely holds it. Close the other windows and tabs of Docket: then this one goes on automatically. Nothing is lost.",
    again: "Try again",
  },
  tooOld: {
    title: "This tab is older than your data",
    text: "A newer version of Docket has worked on this device. Nothing was lost: close all tabs of Docket, open it again with a network, and it updates itself.",
  },
  noWorker:
    "This browser cannot start Docket without a network. Saving works while the page is open; to work offline, use a current version of Chrome, Edge, Safari or Firefox, outside private windows, and let it keep site data when it is closed.",
  update: {
    ready: "An update is ready",
    text: "It takes a second. Everything you saved stays.",
    apply: "Update now",
    elsewhere: "Docket was updated in another tab",
    reload: "Reload",
  },
  rebuild: (done: string, total: string) =>
    `Bringing the lists up to date: ${done} of ${total}. You can go on working.`,
};
