/** Words of the design system's own parts. */
export const designWords = {
  optional: "(optional)",
  close: "Close",
  cancel: "Cancel",
  loading: "Loading",
  documentTitle: (page: string) => `${page} · Docket`,
};
