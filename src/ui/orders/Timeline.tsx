import { createMemo, createResource, Show } from "solid-js";
import { type HistoryEntry, isHistoryMissing, listHistory } from "../../device/history.ts";
import { orderStream } from "../../domain/stream-key.ts";
import { fetchHistory } from "../../sync/fetch-history.ts";
import { ButtonLink } from "../design/Button.tsx";
import { Keyed } from "../design/List.tsx";
import { Loading } from "../design/Page.tsx";
import { journeyWords } from "../words/journey-words.ts";
import { orderWords } from "../words/order-words.ts";
import { eventWords, lineNames, timelineWords as words } from "../words/timeline-words.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";

/** Longer than this between happening and being received, and it was taken offline. */
const offlineMs = 120_000;

/** What happened to an order, in words: what, by whom, when it was taken and when the server had it. */
export function Timeline() {
  const { id } = useOrder();
  const workspace = useWorkspace();
  const missing = createLive(id, (orderId) => isHistoryMissing(workspace.device.db, orderStream(orderId)));
  const [fetched] = createResource(
    () => (valueOr(missing(), false) ? id() : undefined),
    (orderId) => fetchHistory(workspace.device, orderStream(orderId)),
  );
  const earlier = () => (fetched.state === "ready" ? fetched() : undefined);
  const history = createLive(
    () => ({ orderId: id(), events: earlier() }),
    ({ orderId, events }) => listHistory(workspace.device.db, orderStream(orderId), events),
    { keep: true },
  );
  const entries = createMemo(() => [...valueOr(history(), [])].reverse());
  const names = createMemo(() => lineNames(entries()));
  return (
    <section class="stack" aria-labelledby="timeline-title">
      <div class="row timeline-head">
        <h2 id="timeline-title">{orderWords.history}</h2>
        <ButtonLink variant="quiet" href={`/orders/${id()}/journey`}>
          {journeyWords.link}
        </ButtonLink>
      </div>
      <Show when={history().status !== "loading"} fallback={<Loading rows={3} />}>
        <ol class="timeline">
          <Keyed
            each={entries()}
            by={({ event }) => event.id}
            fallback={<li class="soft">{words.nothing}</li>}
          >
            {(entry) => (
              <li class="timeline-entry" data-pending={entry().pending ? "" : undefined}>
                <p>{eventWords(entry(), names(), workspace.format())}</p>
                <p class="soft small">
                  {who(entry())} · {workspace.format().dateTime(entry().happenedAt)}
                </p>
                <p class="soft small">{travelled(entry())}</p>
              </li>
            )}
          </Keyed>
        </ol>
        <Show when={valueOr(missing(), false) && earlier() === undefined}>
          <p class="soft small" role="status">
            {fetched.loading ? words.fetching : words.elsewhere}
          </p>
        </Show>
      </Show>
    </section>
  );

  function who(entry: HistoryEntry): string {
    return entry.own ? `${entry.actor} (${words.thisDevice})` : entry.actor;
  }

  function travelled(entry: HistoryEntry): string {
    if (entry.recordedAt === undefined) return workspace.joined() ? words.waiting : words.onlyHere;
    const format = workspace.format();
    const sameDay = format.dayOf(entry.recordedAt) === format.dayOf(entry.happenedAt);
    const time = sameDay ? format.time(entry.recordedAt) : format.dateTime(entry.recordedAt);
    const lateMs = new Date(entry.recordedAt).getTime() - new Date(entry.happenedAt).getTime();
    return lateMs > offlineMs ? words.offline(time) : words.received(time);
  }
}
