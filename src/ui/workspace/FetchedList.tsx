import { type Accessor, type JSX, Show, Suspense } from "solid-js";
import { Button } from "../design/Button.tsx";
import { Notice } from "../design/Notice.tsx";
import { Loading } from "../design/Page.tsx";
import { joiningWords } from "../words/joining-words.ts";
import type { Fetched } from "./create-fetched.ts";
import { JoinAgain } from "./JoinAgain.tsx";

interface FetchedListProps<Value> {
  readonly fetched: Fetched<Value>;
  readonly words: {
    readonly loadFailed: string;
    readonly again: string;
    /** What the lack of a network means here, where there is more to say than elsewhere. */
    readonly offlineText?: string;
  };
  readonly children: (value: Accessor<Value>) => JSX.Element;
}

/**
 * What the server was asked for, once it is there; else that it is awaited, or why it did not come and a way to ask
 * again.
 */
export function FetchedList<Value extends object>(props: FetchedListProps<Value>) {
  const { value, trouble, isLoading, again } = props.fetched;
  const why = (code: string) => {
    const { offlineText } = props.words;
    return code === "unreachable" && offlineText !== undefined ? offlineText : joiningWords(code).text;
  };
  return (
    <Suspense fallback={<Loading rows={3} />}>
      <Show when={trouble()}>
        {(code) => (
          <Notice tone="wait" title={`${props.words.loadFailed}: ${joiningWords(code()).title}`}>
            <p>{why(code())}</p>
            <div class="row">
              <JoinAgain trouble={code()} />
              <Button busy={isLoading()} onClick={again}>
                {props.words.again}
              </Button>
            </div>
          </Notice>
        )}
      </Show>
      <Show
        when={value()}
        fallback={
          <Show when={trouble() === undefined}>
            <Loading rows={3} />
          </Show>
        }
      >
        {(known) => props.children(known)}
      </Show>
    </Suspense>
  );
}
