import type { Work } from "../work.ts";
import { coldStart } from "./cold-start.ts";
import { command } from "./command.ts";
import { disk } from "./disk.ts";
import { firstPaint } from "./first-paint.ts";
import { initialBytes } from "./initial-bytes.ts";
import { longOrder } from "./long-order.ts";
import { newOrderRow } from "./new-order-row.ts";
import { orderFilter } from "./order-filter.ts";
import { pageMemory } from "./page-memory.ts";
import { productSearch } from "./product-search.ts";
import { remoteEvents } from "./remote-events.ts";
import { scanToLine } from "./scan-to-line.ts";

/** The works of a device, in real Chromium on a disk profile. */
export const deviceWorks: readonly Work[] = [
  command,
  remoteEvents,
  coldStart,
  newOrderRow,
  initialBytes,
  disk,
  pageMemory,
  productSearch,
  scanToLine,
  orderFilter,
  longOrder,
  firstPaint,
];
