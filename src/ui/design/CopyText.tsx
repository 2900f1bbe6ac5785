import { createSignal } from "solid-js";
import { Button } from "./Button.tsx";
import { designWords as words } from "./design-words.ts";

interface CopyProps {
  /** What the text is, for who hears the button alone. */
  readonly label: string;
  readonly text: string;
}

/** A long text to be taken along: selectable, and copied by a button that says whether it worked. */
export function CopyText(props: CopyProps) {
  return (
    <div class="row copy-text">
      <span class="soft">{props.label}</span>
      <code>{props.text}</code>
      <CopyButton {...props} />
    </div>
  );
}

/** Copies a text that is shown beside it, and says whether it worked. */
export function CopyButton(props: CopyProps) {
  const [said, setSaid] = createSignal<string>(words.copy);
  const copy = () => {
    // Without a secure context, or where the browser forbids it, there is no clipboard.
    const written = navigator.clipboard?.writeText(props.text) ?? Promise.reject(new Error("no clipboard"));
    written.then(
      () => setSaid(words.copied),
      () => setSaid(words.copyFailed),
    );
  };
  return (
    <Button variant="quiet" onClick={copy} aria-label={`${said()}: ${props.label}`}>
      {said()}
    </Button>
  );
}
