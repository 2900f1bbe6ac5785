import { createMemo, createResource, Show } from "solid-js";
import type { OutboxRow } from "../../device/storage/rows.ts";
import { findHolder, findTaken } from "../../device/streams/id-holder.ts";
import type { StreamKey } from "../../domain/stream-key.ts";
import { fetchHistory } from "../../sync/calls/fetch-history.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { whyWords, outboxWords as words } from "./outbox-words.ts";
import { takenWords } from "./taken-words.ts";

/** Who has written what under the id of a parked command, beside what the command says. */
export function TakenBy(props: { readonly row: OutboxRow }) {
  const workspace = useWorkspace();
  const { format } = workspace;
  const here = createLive(
    () => props.row,
    async (row) => ({ holder: await findHolder(workspace.device.db, row) }),
  );
  const isElsewhere = () => {
    const found = valueOr(here(), undefined);
    return found !== undefined && found.holder === undefined;
  };
  // What is from before this device joined the server has.
  const [fetched] = createResource(
    () => (isElsewhere() ? findTaken(props.row)?.stream : undefined),
    async (stream) => {
      const events = await fetchHistory(workspace.device, stream as StreamKey);
      return findHolder(workspace.device.db, props.row, events);
    },
  );
  const told = createMemo(() => {
    const earlier = isElsewhere() && fetched.state === "ready" ? fetched() : undefined;
    const holder = valueOr(here(), undefined)?.holder ?? earlier;
    if (holder === undefined) return undefined;
    const { event, happenedAt, own } = holder;
    const who = own || event.actor === "" ? words.thisDevice : event.actor;
    return { ...takenWords(props.row, event, who, format()), who, when: format().dateTime(happenedAt) };
  });
  return (
    <Show when={told()} fallback={<p>{whyWords(props.row, format())}</p>}>
      {(both) => (
        <>
          <p>{both().why}</p>
          <dl class="both">
            <div>
              <dt>{words.youChanged}</dt>
              <dd>{both().mine}</dd>
            </div>
            <div>
              <dt>{both().who}</dt>
              <dd>{both().theirs}</dd>
              <dd class="both-note">{both().when}</dd>
            </div>
          </dl>
        </>
      )}
    </Show>
  );
}
