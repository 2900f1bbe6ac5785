import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { Subject } from "./outbox-query.ts";
import { outboxWords } from "./outbox-words.ts";

/** What a command is about, and where to open it. `kind` is the kind of its stream. */
export function SubjectLine(props: {
  readonly kind: string | undefined;
  readonly subject: Subject | undefined;
}) {
  return (
    <p class="soft small">
      {outboxWords.kinds[props.kind ?? ""] ?? ""}{" "}
      <Show when={props.subject?.href} fallback={props.subject?.name}>
        {(href) => <A href={href()}>{props.subject?.name ?? ""}</A>}
      </Show>
    </p>
  );
}
