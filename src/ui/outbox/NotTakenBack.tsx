import { For, Show } from "solid-js";
import { putAway } from "../../device/outbox/not-taken-back.ts";
import type { ResupplyRow } from "../../device/storage/rows.ts";
import { kindOf } from "../../domain/stream-key.ts";
import { saveCopy } from "../backup/save-copy.ts";
import { Button } from "../design/Button.tsx";
import { IconImport } from "../design/icons.tsx";
import { Keyed } from "../design/List.tsx";
import { act } from "../faults/act.ts";
import { eventWords } from "../orders/timeline-words.ts";
import { eventTypeWords } from "../words/event-type-words.ts";
import { refusedWords } from "../words/refused-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import type { OutboxView, Subject } from "./outbox-query.ts";
import { outboxWords, restoredWords } from "./outbox-words.ts";
import { SubjectLine } from "./SubjectLine.tsx";

/**
 * What a server that was set back to an older backup did not take back: told one by one, until somebody has looked at
 * it.
 */
export function NotTakenBack(props: { readonly view: OutboxView }) {
  const workspace = useWorkspace();
  return (
    <Show when={props.view.lost.length > 0}>
      <section class="stack" aria-labelledby="outbox-lost">
        <h2 id="outbox-lost">
          {restoredWords.title} <span class="soft">{workspace.format().number(props.view.lost.length)}</span>
        </h2>
        <p>{restoredWords.text}</p>
        <ul class="stack" data-gap="small">
          <Keyed each={props.view.lost} by={(row) => row.command}>
            {(row) => <LostItem row={row()} view={props.view} />}
          </Keyed>
        </ul>
        <div class="row">
          <Button icon={IconImport} onClick={() => act(saveCopy(workspace, { holds: "everything" }))}>
            {restoredWords.save}
          </Button>
        </div>
      </section>
    </Show>
  );
}

function LostItem(props: { readonly row: ResupplyRow; readonly view: OutboxView }) {
  const workspace = useWorkspace();
  const stream = () => props.row.events[0]?.stream ?? "";
  const subject = () => props.view.subjects.get(stream());
  const sentences = () => sentencesOf(props.row, subject(), workspace.format());
  const why = () => {
    const { problem } = props.row;
    if (problem === undefined) return undefined;
    const { title } = refusedWords(problem.code);
    // What the server says of a rule names it in words; of the rest it speaks to programs.
    return problem.code === "rule-broken" && problem.detail !== undefined
      ? `${title}: ${problem.detail}`
      : title;
  };
  return (
    <li class="card outbox-item" data-state="parked">
      <div class="stack" data-gap="small">
        <SubjectLine kind={kindOf(stream())} subject={subject()} />
        <For each={sentences()}>{(text) => <h3>{text}</h3>}</For>
        <Show when={props.row.events[0]}>
          {(event) => (
            <p class="soft small">
              {outboxWords.changedBy(event().actor, workspace.format().dateTime(event().at))}
            </p>
          )}
        </Show>
        <Show when={why()}>{(text) => <p>{text()}</p>}</Show>
      </div>
      <div class="row outbox-actions">
        <Button onClick={() => act(putAway(workspace.device.db, props.row.command))}>
          {restoredWords.putAway}
        </Button>
      </div>
    </li>
  );
}

function sentencesOf(
  { events }: ResupplyRow,
  subject: Subject | undefined,
  format: Parameters<typeof eventWords>[2],
): readonly string[] {
  const names = new Map([...(subject?.lines ?? [])].map(([lineId, { name }]) => [lineId, name]));
  return events.map((event) =>
    kindOf(event.stream) === "order" ? eventWords({ event }, names, format) : eventTypeWords(event.type),
  );
}
