import { Show } from "solid-js";
import { ButtonLink } from "../design/Button.tsx";
import { asksToJoinAgain, syncWords } from "../words/sync-words.ts";

/** The way back for a device that the server no longer lets in; nothing where anything else is in the way. */
export function JoinAgain(props: { readonly trouble: string }) {
  return (
    <Show when={asksToJoinAgain(props.trouble)}>
      <ButtonLink variant="primary" href="/join">
        {syncWords.joinAgain}
      </ButtonLink>
    </Show>
  );
}
