/** What states are called. */
export const statusWords = {
  order: { none: "Unknown", draft: "Draft", placed: "Placed", shipped: "Shipped", cancelled: "Cancelled" },
  mark: { waiting: "Waiting to be sent", held: "Held", parked: "Needs you", confirmed: "Sent and confirmed" },
  /** The same where there is little room. */
  briefMark: { waiting: "Waiting", held: "Held", parked: "Needs you", confirmed: "Confirmed" },
  savedHere: "Saved on this device",
};
