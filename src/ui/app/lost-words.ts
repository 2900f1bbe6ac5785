/** Words for a device whose database the browser has lost. */
export const lostWords = {
  title: "This browser has lost what was kept here",
  text: "Docket finds its records of this device, but not the orders: the browser, or somebody clearing its data, has removed them. What was sent to a server is safe there.",
  steps: [
    "If this device had joined a server: ask an owner of the business for an invite, and join again. Everything that was sent comes back.",
    "If you have saved a backup file of this device, bring it in afterwards, under Settings.",
    "What was neither sent nor saved as a file is lost; write it again.",
  ],
  begin: "Begin again on this device",
};
