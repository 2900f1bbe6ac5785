import { deviceWorks } from "./device/device-works.ts";
import { serverWorks } from "./server/server-works.ts";
import type { Work } from "./work.ts";

/** All works: W1, W2 and so on, then what the screens do, U1 and so on. */
export const works: readonly Work[] = [...deviceWorks, ...serverWorks].sort(
  (one, other) => rank(one.id) - rank(other.id),
);

function rank(id: string): number {
  return (id.startsWith("U") ? 1_000 : 0) + Number(id.slice(1));
}
