import { Show } from "solid-js";
import type { StoredEvent } from "../../device/views/events.ts";
import { ListRow } from "../design/List.tsx";
import { streamWords, eventWords as words } from "../words/event-words.ts";
import { useFormat } from "../workspace/workspace-context.tsx";

/** One event in a list: what, on which thing, by whom, when, and its position in the log. */
export function EventRow(props: { readonly event: StoredEvent }) {
  const format = useFormat();
  const who = () => {
    const { own, device, actor } = props.event;
    return `${actor} (${own ? words.thisDevice : words.device(device)})`;
  };
  return (
    <ListRow
      href={`/events/${props.event.id}`}
      title={
        <span class="stack" data-gap="small">
          <span>{props.event.type}</span>
          <span class="soft small">{streamWords(props.event.stream)}</span>
        </span>
      }
      sub={`${who()} · ${format().dateTime(props.event.happenedAt)}`}
      side={
        <Show when={props.event.position} fallback={<span class="chip">{words.waiting}</span>}>
          {(position) => <span class="soft">#{format().number(position())}</span>}
        </Show>
      }
    />
  );
}
