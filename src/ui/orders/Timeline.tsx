import { createMemo, createResource, Show } from "solid-js";
import {
  type HistoryEntry,
  isHistoryMissing,
  listHistories,
  mergeInTime,
} from "../../device/views/history.ts";
import { allocationStream, orderStream, type StreamKey } from "../../domain/stream-key.ts";
import { fetchHistory } from "../../sync/calls/fetch-history.ts";
import { ButtonLink } from "../design/Button.tsx";
import { Keyed } from "../design/List.tsx";
import { Loading } from "../design/Page.tsx";
import { Chip } from "../design/StatusChip.tsx";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords } from "./order-words.ts";
import { takenWhen } from "./taken-when.ts";
import { eventWords, lineNames, timelineWords as words } from "./timeline-words.ts";

/** An order happens on two streams: what people do to it, and what inventory says to it. */
function streamsOf(orderId: string): readonly [StreamKey, StreamKey] {
  return [orderStream(orderId), allocationStream(orderId)];
}

/** What happened to an order, in words: what, by whom, when it was taken and when the server had it. */
export function Timeline() {
  const { id } = useOrder();
  const workspace = useWorkspace();
  const missing = createLive(id, async (orderId) => {
    const { db } = workspace.device;
    const streams = streamsOf(orderId);
    const without = await Promise.all(streams.map((stream) => isHistoryMissing(db, stream)));
    return streams.filter((_stream, at) => without[at]);
  });
  const isMissing = () => valueOr(missing(), []).length > 0;
  // The text is the same as long as the same streams are missing: nothing is fetched again when more comes in.
  const toFetch = createMemo(() => valueOr(missing(), []).join(" "));
  const [fetched] = createResource(
    () => (toFetch() === "" ? undefined : toFetch()),
    async (streams) => {
      const found = await Promise.all(
        streams.split(" ").map((stream) => fetchHistory(workspace.device, stream as StreamKey)),
      );
      return found.some((events) => events === undefined)
        ? undefined
        : found.flatMap((events) => events ?? []);
    },
  );
  const earlier = () => (fetched.state === "ready" ? fetched() : undefined);
  const history = createLive(
    () => ({ orderId: id(), events: earlier() }),
    async ({ orderId, events }) => {
      const [order, inventory] = streamsOf(orderId);
      const histories = await listHistories(workspace.device.db, [order, inventory], events);
      return mergeInTime(histories.get(order) ?? [], histories.get(inventory) ?? []);
    },
    { keep: true },
  );
  const entries = createMemo(() => [...valueOr(history(), [])].reverse());
  const names = createMemo(() => lineNames(entries()));
  return (
    <section class="stack" aria-labelledby="timeline-title">
      <div class="row timeline-head">
        <h2 id="timeline-title">{orderWords.history}</h2>
        <ButtonLink variant="quiet" href={`/orders/${id()}/journey`}>
          {orderWords.journey}
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
                  {who(entry())}
                  {doubt(entry()) === undefined
                    ? ` · ${workspace.format().dateTime(entry().happenedAt)}`
                    : undefined}
                </p>
                <p class="soft small">{travelled(entry())}</p>
                <Show when={doubt(entry())}>{(text) => <Chip tone="wait">{text()}</Chip>}</Show>
              </li>
            )}
          </Keyed>
        </ol>
        <Show when={isMissing() && earlier() === undefined}>
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
    switch (takenWhen(entry)) {
      case "offline":
        return words.offline(time);
      case "far-apart":
      case "ahead":
        return words.takenAndReceived(format.dateTime(entry.happenedAt), format.dateTime(entry.recordedAt));
      default:
        return words.received(time);
    }
  }

  function doubt(entry: HistoryEntry): string | undefined {
    const when = takenWhen(entry);
    return when === "far-apart" || when === "ahead" ? words.doubts[when] : undefined;
  }
}
