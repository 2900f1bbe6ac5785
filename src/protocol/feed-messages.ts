import * as v from "valibot";
import { stateEventSchema } from "./cloud-events.ts";
import { limits } from "./limits.ts";
import * as p from "./parsers.ts";

/**
 * The query of `GET /v1/events`: the cursor of the answer before (the log's start where it is left out), and at most
 * how many events.
 */
export const feedQuerySchema = v.strictObject({
  after: v.exactOptional(v.pipe(v.string(), v.maxLength(100))),
  limit: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,4}$/, "expected a whole number"),
      v.transform(Number),
      p.integer(1, limits.pageEvents),
    ),
  ),
});

/** Its answer: whole commands in the order of the log, as a CloudEvents batch. */
export const feedPageSchema = v.array(stateEventSchema);

/** Where the next page begins is in this header of the answer, and in `link` as `rel="next"`. */
export const cursorHeader = "docket-cursor";
