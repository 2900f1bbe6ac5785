/** Words of the design system's own parts. */
export const designWords = {
  optional: "(optional)",
  close: "Close",
  cancel: "Cancel",
  loading: "Loading",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Could not be copied: select it by hand",
  documentTitle: (page: string) => `${page} · Docket`,
};
