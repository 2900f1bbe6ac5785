import type { Question } from "../design/Questions.tsx";

/** Words of what a scanner read. */
export const scanWords = {
  notes: "Scans to look at",
  told: (code: string, why: string) => `“${code}” ${why}`,
  /** Behind the code or the text. */
  why: {
    unknown: "is not known. Nothing was added.",
    undecided: "belongs to several. None was chosen, nothing was added.",
    "not-saved": "was not saved: another product was scanned before Enter.",
  },
  unreadable: "The scan could not be read: Ctrl, Alt or Meta was down. Nothing was added. Scan it again.",
  tooLate: (code: string) =>
    `“${code}” was scanned when the order could no longer be changed. It is not on the order.`,
  notPlaced: "Not placed: what was scanned last is not on the order. Look at it, then place the order.",
  quantityDropped: (quantity: string) =>
    `The quantity ${quantity} was for that scan and is gone with it. Type it again if the next one needs it.`,
  notReady: (code: string) => `“${code}” is looked up as soon as the products are read.`,
  times: (count: string) => `scanned ${count} times`,
  done: "Dealt with",
  doneWith: (code: string) => `Dealt with: ${code}`,
  /** Before an order is placed for which something was scanned without result. */
  placeWithout: (codes: readonly string[]): Question<boolean> => ({
    title: "Is the order complete?",
    text: `Scanned, but not on it: ${codes.map((code) => `“${code}”`).join(", ")}.`,
    answers: [
      { label: "No, look at it first", value: false },
      { label: "Yes, place it", variant: "primary", value: true },
    ],
  }),
  customerCard: (name: string) => `${name} is chosen`,
  which: (code: string) => ({
    title: "Which one is it?",
    text: `The code “${code}” belongs to several. Nothing is added until you choose.`,
  }),
  neither: "None of them",
  asProduct: (sku: string, price: string) => `${sku} · ${price}`,
  asCustomer: (code: string) => `Customer ${code}`,
};

/** Words of what a scanner read where things are looked at. */
export const lookUpWords = {
  unreadable: "The scan could not be read: Ctrl, Alt or Meta was down. Scan it again.",
  covered: (code: string) => `“${code}” was not looked up. Close what is open here, then scan it again.`,
  notReady: (code: string) => `“${code}” is looked up as soon as everything is read.`,
  which: (code: string) => ({
    title: "Which one is it?",
    text: `The code “${code}” belongs to several. Choose the one to open.`,
  }),
};

/** Words of what a scanner read where something is filled in. */
export const formScanWords = {
  unreadable: lookUpWords.unreadable,
  untaken: (code: string) => `“${code}” was scanned, and nothing here takes it. Nothing was changed.`,
};
