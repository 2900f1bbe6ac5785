import type { Work } from "../work.ts";
import { batchesWork } from "./batches-work.ts";
import { growthWork } from "./growth-work.ts";
import { liveWork } from "./live-work.ts";
import { offlineWork } from "./offline-work.ts";

/** The works of the server. */
export const serverWorks: readonly Work[] = [offlineWork, batchesWork, growthWork, liveWork];
