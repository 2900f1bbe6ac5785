import { createResource, createSignal, Match, onCleanup, Show, Suspense, Switch } from "solid-js";
import type { Subscription, SubscriptionWithSecret } from "../../protocol/subscription-messages.ts";
import { listWebhooks } from "../../sync/calls/webhooks.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { IconLock, IconPlus, IconWebhooks } from "../design/icons.tsx";
import { Keyed } from "../design/List.tsx";
import { EmptyState, Notice } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { act } from "../faults/act.ts";
import { joiningWords } from "../words/joining-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { SecretDialog } from "./SecretDialog.tsx";
import { WebhookCard } from "./WebhookCard.tsx";
import { WebhookDialog } from "./WebhookDialog.tsx";
import { webhookWords as words } from "./webhook-words.ts";

/** Which other programs are told what happens, for owners. Asks the server. */
export function Webhooks() {
  const workspace = useWorkspace();
  const isOwner = () => workspace.device.identity().joined?.role === "owner";
  return (
    <Switch fallback={<WebhookList />}>
      <Match when={!workspace.joined()}>
        <Page title={words.title}>
          <EmptyState icon={IconWebhooks} title={words.alone.title} text={words.alone.text}>
            <ButtonLink variant="primary" href="/settings">
              {words.toSettings}
            </ButtonLink>
          </EmptyState>
        </Page>
      </Match>
      <Match when={!isOwner()}>
        <Page title={words.title}>
          <EmptyState icon={IconLock} title={words.notOwner.title} text={words.notOwner.text} />
        </Page>
      </Match>
    </Switch>
  );
}

/** How often the list is fetched while somebody looks at it. */
const refreshMs = 10_000;

function WebhookList() {
  const workspace = useWorkspace();
  const [adding, setAdding] = createSignal(false);
  const [made, setMade] = createSignal<SubscriptionWithSecret>();
  const [answer, { refetch }] = createResource(() => workspace.device, listWebhooks);
  const again = () => {
    act(Promise.resolve(refetch()));
  };
  // What waits goes away by itself: whoever looks on sees it go.
  const looking = setInterval(() => {
    if (document.visibilityState === "visible" && !answer.loading) again();
  }, refreshMs);
  onCleanup(() => clearInterval(looking));
  const known = (): readonly Subscription[] | undefined => {
    const latest = answer.latest;
    return latest?.ok === true ? latest.value : undefined;
  };
  const trouble = () => {
    if (answer.error !== undefined) return "unexpected-answer";
    const latest = answer.latest;
    return latest?.ok === false ? latest.trouble : undefined;
  };
  const keep = (saved: Subscription | SubscriptionWithSecret) => {
    setAdding(false);
    if ("secret" in saved) setMade(saved as SubscriptionWithSecret);
    again();
  };
  return (
    <Page
      title={words.title}
      subtitle={<span>{words.text}</span>}
      actions={
        <Show when={known() !== undefined}>
          <Button variant="primary" icon={IconPlus} onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        </Show>
      }
    >
      <Suspense fallback={<Loading rows={3} />}>
        <Show when={trouble()}>
          {(code) => (
            <Notice tone="wait" title={`${words.loadFailed}: ${joiningWords(code()).title}`}>
              <p>{code() === "unreachable" ? words.offlineText : joiningWords(code()).text}</p>
              <div class="row">
                <Button busy={answer.loading} onClick={again}>
                  {words.again}
                </Button>
              </div>
            </Notice>
          )}
        </Show>
        <Show
          when={known()}
          fallback={
            <Show when={trouble() === undefined}>
              <Loading rows={3} />
            </Show>
          }
        >
          {(webhooks) => (
            <Keyed
              each={webhooks()}
              by={({ id }) => id}
              fallback={<EmptyState icon={IconWebhooks} title={words.none.title} text={words.none.text} />}
            >
              {(webhook) => <WebhookCard webhook={webhook()} onChanged={again} onSecret={setMade} />}
            </Keyed>
          )}
        </Show>
      </Suspense>
      <Show when={adding()}>
        <WebhookDialog onSaved={keep} onClose={() => setAdding(false)} />
      </Show>
      <Show when={made()}>
        {(secret) => <SecretDialog made={secret()} onClose={() => setMade(undefined)} />}
      </Show>
    </Page>
  );
}
