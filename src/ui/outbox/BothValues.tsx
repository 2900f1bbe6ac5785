import { Show } from "solid-js";
import type { FieldConflict } from "../../domain/field-changes.ts";
import { fieldName, fieldValue } from "../words/field-words.ts";
import type { Format } from "../words/format.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { outboxWords as words } from "./outbox-words.ts";
import type { WhoChanged } from "./who-changed.ts";

/** Both values of one field, side by side under its name, with who gave it the other one and when. */
export function BothValues(props: {
  readonly conflict: FieldConflict;
  readonly who: WhoChanged | undefined;
}) {
  const format = useWorkspace().format;
  const value = (of: unknown) => fieldValue(props.conflict.field, of, format());
  const name = () => {
    const [, first = "", rest = ""] = /^(?:the )?(.)(.*)$/.exec(fieldName(props.conflict.field)) ?? [];
    return first.toUpperCase() + rest;
  };
  return (
    <figure class="both-figure">
      <figcaption class="strong small">{name()}</figcaption>
      <dl class="both">
        <div>
          <dt>{words.youChanged}</dt>
          <dd>{value(props.conflict.yours)}</dd>
          <dd class="both-note">{words.before(value(props.conflict.before))}</dd>
        </div>
        <div>
          <dt>{words.theyChanged}</dt>
          <dd>{value(props.conflict.theirs)}</dd>
          <Show when={props.who}>{(who) => <dd class="both-note">{whoWords(who(), format())}</dd>}</Show>
        </div>
      </dl>
    </figure>
  );
}

/** "Counter, 3 May 2024, 10:42"; one's own device is named as such. */
function whoWords(who: WhoChanged, format: Format): string {
  const name = who.own ? words.thisDevice : who.actor;
  return words.changedBy(name === "" ? words.theyChanged : name, format.dateTime(who.at));
}
