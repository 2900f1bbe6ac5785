import { createSignal, onCleanup, Show } from "solid-js";
import type { Subscription, SubscriptionWithSecret } from "../../protocol/subscription-messages.ts";
import { listWebhooks } from "../../sync/calls/webhooks.ts";
import { Button } from "../design/Button.tsx";
import { IconPlus, IconWebhooks } from "../design/icons.tsx";
import { Keyed } from "../design/List.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Page } from "../design/Page.tsx";
import { useFormScans } from "../scan/use-form-scans.ts";
import { createFetched } from "../workspace/create-fetched.ts";
import { FetchedList } from "../workspace/FetchedList.tsx";
import { OwnersOnly } from "../workspace/OwnersOnly.tsx";
import { SecretDialog } from "./SecretDialog.tsx";
import { WebhookCard } from "./WebhookCard.tsx";
import { WebhookDialog } from "./WebhookDialog.tsx";
import { webhookWords as words } from "./webhook-words.ts";

/** Which other programs are told what happens, for owners. Asks the server. */
export function Webhooks() {
  return (
    <OwnersOnly icon={IconWebhooks} words={words}>
      <WebhookList />
    </OwnersOnly>
  );
}

/** How often the list is fetched while somebody looks at it. */
const refreshMs = 10_000;

function WebhookList() {
  const [adding, setAdding] = createSignal(false);
  const [made, setMade] = createSignal<SubscriptionWithSecret>();
  const webhooks = createFetched(listWebhooks);
  useFormScans();
  // What waits goes away automatically: whoever looks on sees it go.
  const looking = setInterval(() => {
    if (document.visibilityState === "visible" && !webhooks.isLoading()) webhooks.again();
  }, refreshMs);
  onCleanup(() => clearInterval(looking));
  const keep = (saved: Subscription | SubscriptionWithSecret) => {
    setAdding(false);
    if ("secret" in saved) setMade(saved as SubscriptionWithSecret);
    webhooks.again();
  };
  return (
    <Page
      title={words.title}
      subtitle={<span>{words.text}</span>}
      actions={
        <Show when={webhooks.value() !== undefined}>
          <Button variant="primary" icon={IconPlus} onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        </Show>
      }
    >
      <FetchedList fetched={webhooks} words={words}>
        {(known) => (
          <Keyed
            each={known()}
            by={({ id }) => id}
            fallback={<EmptyState icon={IconWebhooks} title={words.none.title} text={words.none.text} />}
          >
            {(webhook) => <WebhookCard webhook={webhook()} onChanged={webhooks.again} onSecret={setMade} />}
          </Keyed>
        )}
      </FetchedList>
      <Show when={adding()}>
        <WebhookDialog onSaved={keep} onClose={() => setAdding(false)} />
      </Show>
      <Show when={made()}>
        {(secret) => <SecretDialog made={secret()} onClose={() => setMade(undefined)} />}
      </Show>
    </Page>
  );
}
