import { useParams } from "@solidjs/router";
import { createResource, For, Match, Show, Switch } from "solid-js";
import { type EventContext, findEventContext, type StoredEvent } from "../../device/views/events.ts";
import { traceIdOf } from "../../device/views/read-journeys.ts";
import { idOf, kindOf } from "../../domain/stream-key.ts";
import { ButtonLink } from "../design/Button.tsx";
import { CopyText } from "../design/CopyText.tsx";
import { IconSearch } from "../design/icons.tsx";
import { List } from "../design/List.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { durationWords } from "../journey/journey-words.ts";
import { streamWords, eventWords as words } from "../words/event-words.ts";
import { Unreadable } from "../workspace/Unreadable.tsx";
import { useFormat, useWorkspace } from "../workspace/workspace-context.tsx";
import { EventRow } from "./EventRow.tsx";
import "./events.css";

/** More events than this are counted, not listed. */
const listedMax = 100;

/** One event: its envelope, its data, what caused it, what it caused, and everything of its trace. */
export function EventPage() {
  const params = useParams<{ readonly id: string }>();
  const workspace = useWorkspace();
  // Read once for each event: it never changes, and looking for its trace goes through the whole log.
  const [context] = createResource(
    () => params.id,
    (id) => findEventContext(workspace.device.db, id),
  );
  const ready = () => (context.state === "ready" ? context() : undefined);
  return (
    <Page
      title={ready()?.event.type ?? words.title}
      subtitle={<Show when={ready()}>{(found) => <span>{streamWords(found().event.stream)}</span>}</Show>}
      back={{ href: "/events", label: words.toList }}
    >
      <Switch fallback={<Loading />}>
        <Match when={context.state === "errored"}>
          <Unreadable />
        </Match>
        <Match when={ready()}>{(found) => <Found context={found()} />}</Match>
        <Match when={context.state === "ready"}>
          <EmptyState icon={IconSearch} title={words.notHere.title} text={words.notHere.text} />
        </Match>
      </Switch>
    </Page>
  );
}

function Found(props: { readonly context: EventContext }) {
  const format = useFormat();
  const event = () => props.context.event;
  const orderId = () =>
    ["order", "allocation"].includes(kindOf(event().stream)) ? idOf(event().stream) : undefined;
  const lostCause = () => (props.context.causes.length === 0 ? event().causation : undefined);
  return (
    <div class="stack" data-gap="large">
      <section class="card" aria-labelledby="envelope">
        <h2 id="envelope">{words.envelope}</h2>
        <Envelope event={event()} />
        <CopyText label={words.trace} text={traceIdOf(event().traceparent)} />
        <Show when={orderId()}>
          {(id) => (
            <div class="row">
              <ButtonLink href={`/orders/${id()}/journey`}>{words.journey}</ButtonLink>
            </div>
          )}
        </Show>
      </section>
      <section class="card" aria-labelledby="data">
        <h2 id="data">{words.data}</h2>
        <pre class="event-data">{JSON.stringify(event().data, undefined, 2)}</pre>
      </section>
      <Events
        title={words.causes}
        events={props.context.causes}
        otherwise={lostCause() === undefined ? words.noCauses : words.causeElsewhere(lostCause() ?? "")}
      />
      <Events title={words.siblings} events={props.context.siblings} otherwise={words.noSiblings} />
      <Events title={words.effects} events={props.context.effects} otherwise={words.noEffects} />
      <Events
        title={words.trace}
        events={props.context.trace}
        otherwise=""
        lead={words.traceCount(format().number(props.context.trace.length))}
      />
    </div>
  );
}

function Events(props: {
  readonly title: string;
  readonly events: readonly StoredEvent[];
  readonly otherwise: string;
  readonly lead?: string;
}) {
  const format = useFormat();
  return (
    <section class="stack">
      <h2>{props.title}</h2>
      <Show when={props.lead}>
        <p class="soft">{props.lead}</p>
      </Show>
      <Show when={props.events.length > 0} fallback={<p class="soft">{props.otherwise}</p>}>
        <List label={props.title}>
          <For each={props.events.slice(0, listedMax)}>{(event) => <EventRow event={event} />}</For>
        </List>
        <Show when={props.events.length > listedMax}>
          <p class="soft">{words.rest(format().number(props.events.length - listedMax))}</p>
        </Show>
      </Show>
    </section>
  );
}

function Envelope(props: { readonly event: StoredEvent }) {
  const format = useFormat();
  const rows = () => {
    const { event } = props;
    const { fields } = words;
    const time = (at: string | undefined) =>
      at === undefined ? undefined : `${format().dateTime(at)} (${at})`;
    const { clockOffsetMs: offset } = event;
    const corrected =
      offset === undefined
        ? undefined
        : `${offset < 0 ? "-" : ""}${durationWords(Math.abs(offset), format())}`;
    const told: readonly (readonly [string, string | number | undefined])[] = [
      [fields.id, event.id],
      [fields.stream, event.stream],
      [fields.version, event.version],
      [fields.position, event.position],
      [fields.schemaVersion, event.schemaVersion],
      [fields.happenedAt, time(event.happenedAt)],
      [fields.at, event.at],
      [fields.clockOffsetMs, corrected],
      [fields.recordedAt, time(event.recordedAt)],
      [fields.arrivedAt, time(event.arrivedAt)],
      [fields.device, event.own ? `${event.device} (${words.thisDevice})` : event.device],
      [fields.actor, event.actor],
      [fields.seq, event.seq],
      [fields.command, event.command],
      [fields.causation, event.causation],
      [fields.traceparent, event.traceparent],
    ];
    return told.filter(([, value]) => value !== undefined);
  };
  return (
    <dl class="event-envelope">
      <For each={rows()}>
        {([name, value]) => (
          <div>
            <dt class="soft small">{name}</dt>
            <dd>{value}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}
