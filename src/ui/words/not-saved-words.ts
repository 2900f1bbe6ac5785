/** Why something was not saved, and what to do. */
export const notSavedWords = {
  quota:
    "Not saved: this device's storage is full. Free some space, then do it again. What was saved before is still here.",
  storage:
    "Not saved: the browser could not write. Reload the page and do it again. What was saved before is still here.",
  moved:
    "Not saved: this business was opened again in another tab and your orders are there. Reload this page, then do it again.",
  "read-only": "Not saved: a newer version of Docket wrote here. Update the app, then do it again.",
} as const;
