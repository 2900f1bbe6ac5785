import { createResource, createSignal, For, type JSX, Show, Suspense } from "solid-js";
import type { Delivery, ListedState, Subscription } from "../../protocol/subscription-messages.ts";
import type { Refused } from "../../sync/calls/call-as.ts";
import { listDeliveries, replayDeliveries, reviveDelivery } from "../../sync/calls/webhooks.ts";
import { Button } from "../design/Button.tsx";
import { ConfirmDialog } from "../design/Dialog.tsx";
import { List } from "../design/List.tsx";
import { Notice } from "../design/Notice.tsx";
import { Loading } from "../design/Page.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { eventTypeWords } from "../words/event-type-words.ts";
import { joiningWords } from "../words/joining-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { faultWords, webhookWords as words } from "./webhook-words.ts";

interface Props {
  readonly webhook: Subscription;
  readonly onChanged: () => void;
}

/** What was given up and what waits, each with why; what was given up can be tried again or left out. */
export function DeliveryList(props: Props) {
  const { device } = useWorkspace();
  const toasts = useToasts();
  const [busy, setBusy] = createSignal(false);
  const [skipping, setSkipping] = createSignal<Delivery>();
  const carryOut = async (work: () => Promise<{ readonly ok: true } | Refused>, done: string) => {
    setBusy(true);
    const answer = await work().finally(() => setBusy(false));
    setSkipping(undefined);
    if (answer.ok) toasts.show({ text: done });
    else toasts.show({ text: joiningWords(answer.trouble).title, tone: "bad" });
    props.onChanged();
  };
  const id = () => props.webhook.id;
  return (
    <div class="stack">
      <Show when={props.webhook.waiting === 0}>
        <p class="soft">{words.nothingWaits}</p>
      </Show>
      <Show when={props.webhook.dead > 0}>
        <h3>{words.deadTitle}</h3>
        <p class="soft">{words.deadText}</p>
        <div class="row">
          <Button
            busy={busy()}
            onClick={() => act(carryOut(() => replayDeliveries(device, id()), words.replaying))}
          >
            {words.replayAll}
          </Button>
        </div>
        <DeliveryPage webhook={props.webhook} state="dead">
          {(delivery) => (
            <span class="row">
              <Button
                busy={busy()}
                aria-label={`${words.replay}: ${eventTypeWords(delivery.type)}`}
                onClick={() =>
                  act(carryOut(() => reviveDelivery(device, id(), delivery.id, "replay"), words.replaying))
                }
              >
                {words.replay}
              </Button>
              <Button
                variant="quiet"
                aria-label={`${words.skip}: ${eventTypeWords(delivery.type)}`}
                onClick={() => setSkipping(delivery)}
              >
                {words.skip}
              </Button>
            </span>
          )}
        </DeliveryPage>
      </Show>
      <Show when={props.webhook.waiting > props.webhook.dead}>
        <h3>{words.pendingTitle}</h3>
        <DeliveryPage webhook={props.webhook} state="pending" />
      </Show>
      <ConfirmDialog
        open={skipping() !== undefined}
        title={words.skipTitle}
        text={words.skipText}
        confirm={words.skip}
        danger
        busy={busy()}
        onConfirm={() =>
          act(carryOut(() => reviveDelivery(device, id(), skipping()?.id ?? "", "skip"), words.skipped))
        }
        onClose={() => setSkipping(undefined)}
      />
    </div>
  );
}

/** The first page of one state, and more when somebody asks. Fetched again when the webhook was. */
function DeliveryPage(props: {
  readonly webhook: Subscription;
  readonly state: ListedState;
  readonly children?: (delivery: Delivery) => JSX.Element;
}) {
  const workspace = useWorkspace();
  const format = workspace.format;
  const [pages, setPages] = createSignal(1);
  const fetchPages = async ({ webhook, count }: { webhook: Subscription; count: number }) => {
    const found: Delivery[] = [];
    let after: string | null = null;
    for (let page = 0; page < count; page += 1) {
      const answer = await listDeliveries(workspace.device, webhook.id, props.state, after);
      if (!answer.ok) return answer;
      found.push(...answer.value.deliveries);
      after = answer.value.after;
      if (after === null) break;
    }
    return { ok: true, found, isMore: after !== null } as const;
  };
  const [answer] = createResource(() => ({ webhook: props.webhook, count: pages() }), fetchPages);
  const page = () => {
    const latest = answer.latest;
    return latest?.ok === true ? latest : undefined;
  };
  const trouble = () => {
    const latest = answer.latest;
    return latest?.ok === false ? latest.trouble : undefined;
  };
  const tried = (attempts: number) => {
    if (attempts === 0) return undefined;
    return attempts === 1 ? words.triedOnce : words.tried(format().number(attempts));
  };
  const facts = (delivery: Delivery) =>
    [
      delivery.stream,
      tried(delivery.attempts),
      delivery.fault === null ? undefined : faultWords(delivery.fault),
      delivery.state === "dead"
        ? undefined
        : delivery.dueAt === null
          ? words.behind
          : words.next(format().dateTime(delivery.dueAt)),
    ].filter((fact) => fact !== undefined);
  return (
    <Suspense fallback={<Loading rows={2} />}>
      <Show when={trouble()}>
        {(code) => <Notice tone="wait" title={`${words.loadFailed}: ${joiningWords(code()).title}`} />}
      </Show>
      <Show when={page()}>
        {(shown) => (
          <>
            <List label={props.state === "dead" ? words.deadTitle : words.pendingTitle}>
              <For each={shown().found}>
                {(delivery) => (
                  <li class="list-row webhook-delivery">
                    <span class="stack" data-gap="small">
                      <span class="list-row-title">{eventTypeWords(delivery.type)}</span>
                      <span class="list-row-sub">{facts(delivery).join(" · ")}</span>
                    </span>
                    {props.children?.(delivery)}
                  </li>
                )}
              </For>
            </List>
            <Show when={shown().isMore}>
              <div class="row">
                <Button busy={answer.loading} onClick={() => setPages((count) => count + 1)}>
                  {words.more}
                </Button>
              </div>
            </Show>
          </>
        )}
      </Show>
    </Suspense>
  );
}
