import { createSignal, For, Show } from "solid-js";
import type {
  Subscription,
  SubscriptionMode,
  SubscriptionWithSecret,
} from "../../protocol/subscription-messages.ts";
import { addWebhook, changeWebhook, eventTypes } from "../../sync/calls/webhooks.ts";
import { Button } from "../design/Button.tsx";
import { Dialog } from "../design/Dialog.tsx";
import { TextField } from "../design/Field.tsx";
import { Notice } from "../design/Notice.tsx";
import { SelectField } from "../design/SelectField.tsx";
import { act } from "../faults/act.ts";
import { eventTypeWords } from "../words/event-type-words.ts";
import { joiningWords } from "../words/joining-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { modeWords, webhookWords as words } from "./webhook-words.ts";

interface Props {
  /** What is changed; absent for a new one. */
  readonly webhook?: Subscription;
  readonly onSaved: (saved: Subscription | SubscriptionWithSecret) => void;
  readonly onClose: () => void;
}

const modes: readonly SubscriptionMode[] = ["state", "notification"];

/** Asks where to send, what and which events, and has the server take it. */
export function WebhookDialog(props: Props) {
  const { device } = useWorkspace();
  const given = props.webhook;
  const [url, setUrl] = createSignal(given?.url ?? "");
  const [description, setDescription] = createSignal(given?.description ?? "");
  const [mode, setMode] = createSignal<SubscriptionMode>(given?.mode ?? "state");
  const [types, setTypes] = createSignal<readonly string[]>(given?.types ?? []);
  const [only, setOnly] = createSignal<"all" | "some">(types().length === 0 ? "all" : "some");
  const [checked, setChecked] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [trouble, setTrouble] = createSignal<{ readonly title: string; readonly text: string }>();
  const urlFault = () => (checked() && url().trim() === "" ? words.urlMissing : undefined);
  const typesFault = () =>
    checked() && only() === "some" && types().length === 0 ? words.typesMissing : undefined;
  const save = async () => {
    setChecked(true);
    if (urlFault() !== undefined || typesFault() !== undefined) return;
    setBusy(true);
    setTrouble(undefined);
    const wanted = {
      url: url().trim(),
      description: description().trim(),
      mode: mode(),
      types: only() === "all" ? [] : [...types()],
    };
    const answer =
      given === undefined ? await addWebhook(device, wanted) : await changeWebhook(device, given.id, wanted);
    setBusy(false);
    if (answer.ok) return props.onSaved(answer.value);
    const { title, text } = joiningWords(answer.trouble);
    return setTrouble({ title, text: answer.problem?.detail ?? text });
  };
  const toggle = (type: string, isChosen: boolean) =>
    setTypes((before) => (isChosen ? [...before, type] : before.filter((one) => one !== type)));
  return (
    <Dialog open title={given === undefined ? words.add : words.editTitle} onClose={props.onClose}>
      <form
        class="stack"
        novalidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy()) act(save());
        }}
      >
        <TextField
          label={words.url}
          hint={words.urlHint}
          error={urlFault()}
          type="url"
          value={url()}
          onInput={setUrl}
          placeholder="https://example.com/docket"
          maxLength={2_000}
          focused
        />
        <TextField
          label={words.description}
          hint={words.descriptionHint}
          optional
          value={description()}
          onInput={setDescription}
          maxLength={200}
        />
        <SelectField
          label={words.mode}
          hint={modeWords[mode()].text}
          value={mode()}
          options={modes.map((value) => ({ value, label: modeWords[value].name }))}
          onChange={setMode}
        />
        <SelectField
          label={words.types}
          error={typesFault()}
          value={only()}
          options={[
            { value: "all", label: words.allTypes },
            { value: "some", label: words.someTypes },
          ]}
          onChange={setOnly}
        />
        <Show when={only() === "some"}>
          <fieldset class="webhook-types">
            <legend class="visually-hidden">{words.typeGroup}</legend>
            <For each={eventTypes}>
              {(type) => (
                <label class="check">
                  <input
                    type="checkbox"
                    checked={types().includes(type)}
                    onChange={(event) => toggle(type, event.currentTarget.checked)}
                  />
                  {eventTypeWords(type)}
                </label>
              )}
            </For>
          </fieldset>
        </Show>
        <Show when={trouble()}>
          {(found) => (
            <Notice tone="bad" title={found().title} urgent>
              <p>{found().text}</p>
            </Notice>
          )}
        </Show>
        <div class="dialog-actions">
          <Button type="submit" variant="primary" busy={busy()}>
            {given === undefined ? words.add : words.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
