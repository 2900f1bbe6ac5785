/** What the addresses of the app's screens begin with; a test holds it against the screens. */
export const firstParts = [
  "begin",
  "customers",
  "devices",
  "events",
  "import",
  "join",
  "more",
  "orders",
  "outbox",
  "products",
  "settings",
  "start",
  "stock",
  "webhooks",
  "welcome",
];

/** Matches the path and query of a screen of the app, and of nothing else at its address. */
export const appPaths = new RegExp(`^/(index\\.html|(${firstParts.join("|")})(/[^?]*)?)?(\\?.*)?$`);
