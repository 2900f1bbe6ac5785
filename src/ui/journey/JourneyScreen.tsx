import { useParams } from "@solidjs/router";
import { createMemo, createResource, createSignal, Match, Show, Switch } from "solid-js";
import { isHistoryMissing } from "../../device/views/history.ts";
import type { Journey } from "../../device/views/journey.ts";
import { findOrder } from "../../device/views/queries.ts";
import { readJourneys } from "../../device/views/read-journeys.ts";
import { orderStream } from "../../domain/stream-key.ts";
import { fetchHistory } from "../../sync/calls/fetch-history.ts";
import { ButtonLink } from "../design/Button.tsx";
import { CopyText } from "../design/CopyText.tsx";
import { IconWait } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { SelectField } from "../design/SelectField.tsx";
import { orderWords } from "../orders/order-words.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { Unreadable } from "../workspace/Unreadable.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { JourneyTrack } from "./JourneyTrack.tsx";
import { journeyName, journeyWords as words } from "./journey-words.ts";
import "./journey.css";

/** An order's journey: one step of it at a time, at first the one that was placed. */
export function JourneyScreen() {
  const params = useParams<{ readonly id: string }>();
  const workspace = useWorkspace();
  const id = () => params.id;
  const order = createLive(id, (orderId) => findOrder(workspace.device.db, orderId));
  const missing = createLive(id, (orderId) => isHistoryMissing(workspace.device.db, orderStream(orderId)));
  const [fetched] = createResource(
    () => (valueOr(missing(), false) ? id() : undefined),
    (orderId) => fetchHistory(workspace.device, orderStream(orderId)),
  );
  const earlier = () => (fetched.state === "ready" ? fetched() : undefined);
  const journeys = createLive(
    () => ({ orderId: id(), events: earlier() }),
    ({ orderId, events }) => readJourneys(workspace.device.db, orderId, events),
    { keep: true },
  );
  const [chosen, choose] = createSignal<string>();
  const all = () => valueOr(journeys(), []);
  const shown = createMemo(() => all().find(({ command }) => command === chosen()) ?? mainOf(all()));
  const title = () => {
    const known = valueOr(order(), undefined)?.order;
    return words.title(known?.number ?? known?.externalRef ?? orderWords.newOrder);
  };
  return (
    <Page title={title()} width="full" back={{ href: `/orders/${id()}`, label: words.toOrder }}>
      <Switch fallback={<Loading />}>
        <Match when={journeys().status === "failed"}>
          <Unreadable />
        </Match>
        <Match when={shown()}>
          {(journey) => (
            <div class="stack">
              <p class="soft">{words.lead}</p>
              <Show when={all().length > 1}>
                <div class="journey-choice">
                  <SelectField
                    label={words.which}
                    value={journey().command}
                    options={all().map((one) => ({
                      value: one.command,
                      label: journeyName(one, workspace.format()),
                    }))}
                    onChange={choose}
                  />
                </div>
              </Show>
              <JourneyTrack journey={journey()} />
              <Show when={isUnanswered(journey())}>
                <p class="soft small">{words.noAnswer}</p>
              </Show>
              <div class="card">
                <CopyText label={words.trace} text={journey().traceId} />
                <p class="soft small">{words.traceHint}</p>
                <div class="row">
                  <ButtonLink href={`/events?text=${journey().traceId}`}>{words.event}</ButtonLink>
                </div>
              </div>
              <Show when={fetched.loading}>
                <p class="soft small" role="status">
                  {words.fetching}
                </p>
              </Show>
            </div>
          )}
        </Match>
        <Match when={journeys().status === "ready" && !fetched.loading}>
          <EmptyState icon={IconWait} title={words.nothing.title} text={words.nothing.text} />
        </Match>
      </Switch>
    </Page>
  );
}

/** The step that people ask about: the order as it was placed; before it is, whatever was done last. */
function mainOf(journeys: readonly Journey[]): Journey | undefined {
  return journeys.find(({ types }) => types.includes("order-placed")) ?? journeys[0];
}

function isUnanswered({ types, waits, hops }: Journey): boolean {
  return types.includes("order-placed") && !waits && !hops.some(({ hop }) => hop === "answered");
}
