import { createSignal, createUniqueId, Show } from "solid-js";
import type { Subscription, SubscriptionWithSecret } from "../../protocol/subscription-messages.ts";
import type { Answer } from "../../sync/calls/call-as.ts";
import { changeWebhook, deleteWebhook, rotateWebhookSecret, testWebhook } from "../../sync/calls/webhooks.ts";
import { Button } from "../design/Button.tsx";
import { ConfirmDialog } from "../design/Dialog.tsx";
import { Notice } from "../design/Notice.tsx";
import { Chip } from "../design/StatusChip.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { joiningWords } from "../words/joining-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { DeliveryList } from "./DeliveryList.tsx";
import { WebhookDialog } from "./WebhookDialog.tsx";
import { faultWords, modeWords, stateWords, webhookWords as words } from "./webhook-words.ts";
import "./webhooks.css";
import { act } from "../faults/act.ts";

interface Props {
  readonly webhook: Subscription;
  readonly onChanged: () => void;
  readonly onSecret: (made: SubscriptionWithSecret) => void;
}

const tones = { active: "good", paused: "wait", gone: "bad", full: "bad" } as const;

/** One webhook: how it is, what waits for it, and all that can be done about it. */
export function WebhookCard(props: Props) {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const titleId = createUniqueId();
  const [asking, setAsking] = createSignal<"edit" | "rotate" | "remove">();
  const [busy, setBusy] = createSignal<"test" | "state" | "rotate" | "remove">();
  const [isOpen, setOpen] = createSignal(false);
  const [result, setResult] = createSignal<{ readonly tone: "good" | "bad"; readonly text: string }>();
  const { device } = workspace;
  const format = workspace.format;
  const name = () => props.webhook.description || props.webhook.url;
  const state = () => stateWords[props.webhook.state];
  const run = async <Value,>(
    what: "test" | "state" | "rotate" | "remove",
    work: () => Promise<Answer<Value>>,
    done: (value: Value) => void,
  ) => {
    setBusy(what);
    const answer = await work().finally(() => setBusy(undefined));
    setAsking(undefined);
    if (answer.ok) return done(answer.value);
    const { title, text } = joiningWords(answer.trouble);
    return toasts.show({ text: `${title}. ${answer.problem?.detail ?? text}`, tone: "bad" });
  };
  const test = () =>
    run(
      "test",
      () => testWebhook(device, props.webhook.id),
      ({ delivered, status, fault, ms }) =>
        setResult(
          delivered && status !== null
            ? { tone: "good", text: words.tested(status, format().number(ms)) }
            : { tone: "bad", text: words.notTested(fault === null ? "" : faultWords(fault)) },
        ),
    );
  const setActive = (active: boolean) =>
    run("state", () => changeWebhook(device, props.webhook.id, { active }), props.onChanged);
  return (
    <section class="card stack" aria-labelledby={titleId}>
      <div class="row">
        <h2 class="webhook-title" id={titleId}>
          {name()}
        </h2>
        <Chip tone={tones[props.webhook.state]}>{state().name}</Chip>
        <Show when={props.webhook.dead > 0}>
          <Chip tone="bad">{words.dead(format().number(props.webhook.dead))}</Chip>
        </Show>
      </div>
      <p class="soft webhook-facts">
        <Show when={props.webhook.description !== ""}>
          <span class="webhook-url">{props.webhook.url}</span>
        </Show>
        <span>{modeWords[props.webhook.mode].name}</span>
        <span>
          {props.webhook.types.length === 0
            ? words.allKinds
            : words.kinds(format().number(props.webhook.types.length))}
        </span>
        <span>
          {props.webhook.lastDeliveredAt === null
            ? words.neverDelivered
            : words.lastDelivered(format().ago(props.webhook.lastDeliveredAt, device.now()))}
        </span>
        <Show when={props.webhook.formerSecretUntil}>
          {(until) => <span>{words.former(format().dateTime(until()))}</span>}
        </Show>
      </p>
      <Show when={props.webhook.endedMaker}>
        {(maker) => (
          <Notice tone="wait" title={words.endedMaker(maker())}>
            <p>{words.endedMakerText}</p>
          </Notice>
        )}
      </Show>
      <Show when={state().text}>{(text) => <p>{text()}</p>}</Show>
      <div aria-live="polite">
        <Show when={result()}>{(told) => <Notice tone={told().tone} title={told().text} />}</Show>
      </div>
      <div class="row">
        <Button busy={busy() === "test"} onClick={() => act(test())}>
          {words.test}
        </Button>
        <Button busy={busy() === "state"} onClick={() => act(setActive(props.webhook.state !== "active"))}>
          {props.webhook.state === "active" ? words.pause : words.resume}
        </Button>
        <span class="webhook-quiet">
          <Button variant="quiet" onClick={() => setAsking("edit")}>
            {words.edit}
          </Button>
          <Button variant="quiet" onClick={() => setAsking("rotate")}>
            {words.rotate}
          </Button>
          <Button variant="quiet" onClick={() => setAsking("remove")}>
            {words.remove}
          </Button>
        </span>
        <Show when={props.webhook.waiting > 0 || isOpen()}>
          <Button aria-expanded={isOpen()} onClick={() => setOpen((before) => !before)}>
            {isOpen() ? words.hide : words.show} ({format().number(props.webhook.waiting)})
          </Button>
        </Show>
      </div>
      <Show when={isOpen()}>
        <DeliveryList webhook={props.webhook} onChanged={props.onChanged} />
      </Show>
      <Show when={asking() === "edit"}>
        <WebhookDialog
          webhook={props.webhook}
          onSaved={() => {
            setAsking(undefined);
            props.onChanged();
          }}
          onClose={() => setAsking(undefined)}
        />
      </Show>
      <ConfirmDialog
        open={asking() === "rotate"}
        title={words.rotateTitle}
        text={words.rotateText}
        confirm={words.rotate}
        busy={busy() === "rotate"}
        onConfirm={() =>
          act(
            run(
              "rotate",
              () => rotateWebhookSecret(device, props.webhook.id),
              (made) => {
                props.onSecret(made);
                props.onChanged();
              },
            ),
          )
        }
        onClose={() => setAsking(undefined)}
      />
      <ConfirmDialog
        open={asking() === "remove"}
        title={words.removeTitle}
        text={words.removeText}
        confirm={words.remove}
        danger
        busy={busy() === "remove"}
        onConfirm={() =>
          act(
            run(
              "remove",
              () => deleteWebhook(device, props.webhook.id),
              () => {
                toasts.show({ text: words.removed });
                props.onChanged();
              },
            ),
          )
        }
        onClose={() => setAsking(undefined)}
      />
    </section>
  );
}
