/** What states are called. */
export const statusWords = {
  order: { none: "Unknown", draft: "Draft", placed: "Placed", shipped: "Shipped", cancelled: "Cancelled" },
  mark: { waiting: "Waiting to be sent", held: "Held", parked: "Needs you", confirmed: "Sent and confirmed" },
  savedHere: "Saved on this device",
};
