import type { Work } from "../work.ts";
import { coldStart } from "./cold-start.ts";
import { command } from "./command.ts";
import { newOrderRow } from "./new-order-row.ts";
import { remoteEvents } from "./remote-events.ts";

/** The works of a device, in real Chromium on a disk profile. */
export const deviceWorks: readonly Work[] = [command, remoteEvents, coldStart, newOrderRow];
