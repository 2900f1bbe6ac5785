import type { Work } from "../work.ts";

/** The works of a device, in real Chromium on a disk profile. */
export const deviceWorks: readonly Work[] = [];
