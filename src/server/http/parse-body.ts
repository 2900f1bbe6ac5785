import * as v from "valibot";
import { firstFault } from "../../protocol/parse-event.ts";
import { problem } from "../../protocol/problem.ts";
import { httpProblem } from "./http-problem.ts";

/**
 * A request's body by its schema.
 * @throws HttpProblem `malformed` with the path of the first fault.
 */
export function parseBody<Schema extends v.GenericSchema>(
  schema: Schema,
  body: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, body, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const { path, message } = firstFault(parsed.issues);
  throw httpProblem(problem("malformed", 400, "The request is not valid", { path, detail: message }));
}
