/** The bare page of a cold start: opens IndexedDB, reads 50 rows by an index and draws them. */
import { drawList } from "./draw-list.ts";
import { openRaw, readNewest } from "./raw-rows.ts";

drawList((await readNewest(await openRaw(), 50)).map(({ drawn }) => drawn));
