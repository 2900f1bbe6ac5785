import type { Work } from "../work.ts";

/** The works of the server. */
export const serverWorks: readonly Work[] = [];
