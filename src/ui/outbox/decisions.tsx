import { type Accessor, createContext, createSignal, type JSX, onCleanup, useContext } from "solid-js";
import { act } from "../faults/act.ts";

/** One decision of the outbox at a time; `busy` while one is made, and until the list has come to rest. */
export interface Decisions {
  readonly busy: Accessor<boolean>;
  readonly run: (work: () => Promise<void>) => void;
}

/** How long after a decision the list may still be moving. */
const slidingMs = 700;

/**
 * Lets through one decision at a time. The next card slides under the finger when one is decided, and a second tap
 * there was meant for the first: until it has come to rest, every card's buttons are off.
 */
export function createDecisions(): Decisions {
  const [busy, setBusy] = createSignal(false);
  let resting: ReturnType<typeof setTimeout> | undefined;
  let isGone = false;
  onCleanup(() => {
    isGone = true;
    clearTimeout(resting);
  });
  const rest = () => {
    if (!isGone) resting = setTimeout(() => setBusy(false), slidingMs);
  };
  const run = (work: () => Promise<void>) => {
    if (busy()) return;
    setBusy(true);
    act(work().finally(rest));
  };
  return { busy, run };
}

const DecisionsContext = createContext<Decisions>();

/** The decisions of one outbox: what is decided on one of its cards turns the buttons of all off. */
export function DecisionsProvider(props: { readonly children: JSX.Element }) {
  return <DecisionsContext.Provider value={createDecisions()}>{props.children}</DecisionsContext.Provider>;
}

/** The decisions of the outbox around. */
export function useDecisions(): Decisions {
  const decisions = useContext(DecisionsContext);
  if (decisions === undefined) throw new Error("expected to be inside a DecisionsProvider");
  return decisions;
}
