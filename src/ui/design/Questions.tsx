import { createSignal, For, onCleanup, Show } from "solid-js";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";

/** One of the answers to a question; the one that a hasty person should not give by mistake is never first. */
interface Answer<Value> {
  readonly label: string;
  /** Told below the label. */
  readonly detail?: string;
  readonly variant?: "primary" | "secondary";
  readonly value: Value;
}

/** What only a person can decide, in one sentence, with a button for each answer. */
export interface Question<Value> {
  readonly title: string;
  readonly text: string;
  readonly answers: readonly Answer<Value>[];
  /** Answers one below the other, as long as a list; else side by side. */
  readonly list?: boolean;
}

interface OpenQuestion {
  readonly question: Question<unknown>;
  readonly answer: (value: unknown) => void;
}

/** The questions of one screen: asked one after the other, none lost when the next one comes. */
export interface Questions {
  /** Asks; yields the answer's value, or undefined when the question was closed. */
  readonly ask: <Value>(question: Question<Value>) => Promise<Value | undefined>;
  /** The oldest one that waits for an answer. */
  readonly first: () => OpenQuestion | undefined;
}

/**
 * Makes the questions of one screen; `OpenQuestions` shows them. Once the screen is left they count as closed, the open
 * ones and those that come late: whoever asks goes on without an answer.
 */
export function createQuestions(): Questions {
  const [open, setOpen] = createSignal<readonly OpenQuestion[]>([]);
  let isLeft = false;
  onCleanup(() => {
    isLeft = true;
    for (const { answer } of open()) answer(undefined);
  });
  return {
    first: () => open()[0],
    ask: <Value,>(question: Question<Value>) =>
      new Promise<Value | undefined>((resolve) => {
        if (isLeft) return resolve(undefined);
        const asked: OpenQuestion = {
          question,
          answer: (value) => {
            setOpen((all) => all.filter((other) => other !== asked));
            resolve(value as Value | undefined);
          },
        };
        setOpen((all) => [...all, asked]);
      }),
  };
}

/**
 * Shows the oldest open question. It begins at its title and only its buttons answer it: neither a scan nor an Enter
 * that was meant for something else chooses. It is the last part of a screen, above the dialogs that may be open there.
 */
export function OpenQuestions(props: { readonly questions: Questions }) {
  return (
    <Show when={props.questions.first()} keyed>
      {({ question, answer }) => (
        <Dialog open unasked title={question.title} onClose={() => answer(undefined)}>
          <p>{question.text}</p>
          <div class={question.list === true ? "stack" : "dialog-actions"} data-gap="small">
            <For each={question.answers}>
              {({ label, detail, variant, value }) => (
                <Button
                  variant={variant ?? "secondary"}
                  wide={question.list === true}
                  onClick={() => answer(value)}
                >
                  <span class="answer">
                    <span>{label}</span>
                    <Show when={detail}>
                      <span class="soft small">{detail}</span>
                    </Show>
                  </span>
                </Button>
              )}
            </For>
          </div>
        </Dialog>
      )}
    </Show>
  );
}
