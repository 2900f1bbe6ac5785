import type { RareParts } from "./open-device.ts";
import { finishAdoption } from "./outbox/adopt.ts";
import { rebuildIfStale } from "./outbox/rebuild.ts";

/** The rare parts without loading: for whoever has them anyway, as sync does. */
export const partsAtHand: RareParts = {
  rebuild: async () => rebuildIfStale,
  adopt: async () => finishAdoption,
};
