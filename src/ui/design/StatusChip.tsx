import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { SyncMark as Mark } from "../../device/views/queries.ts";
import type { OrderStatus } from "../../domain/order/order-state.ts";
import { statusWords } from "../words/status-words.ts";
import { IconSent, IconWait, IconWarning } from "./icons.tsx";

/** A word on a coloured background; the word alone says it, the colour only helps. */
export function Chip(props: {
  readonly tone?: "plain" | "accent" | "good" | "wait" | "bad";
  readonly children: JSX.Element;
}) {
  return (
    <span class="chip" data-tone={props.tone ?? "plain"}>
      {props.children}
    </span>
  );
}

const tones = { none: "plain", draft: "plain", placed: "accent", shipped: "good", cancelled: "bad" } as const;

/** The status of an order. */
export function StatusChip(props: { readonly status: OrderStatus }) {
  return <Chip tone={tones[props.status]}>{statusWords.order[props.status]}</Chip>;
}

const marks = { waiting: IconWait, held: IconWait, parked: IconWarning, confirmed: IconSent };

/**
 * How far one thing is on its way: waiting here, held, needing a person, or sent and confirmed. `joined` false
 * means that there is no server to send to; `brief` is for rows of a list.
 */
export function SyncMark(props: {
  readonly mark: Mark;
  readonly joined?: boolean;
  readonly brief?: boolean;
  /** Other words, where there is more to say. */
  readonly text?: string | undefined;
}) {
  const words = () => {
    if (props.text !== undefined) return props.text;
    if (props.joined === false && props.mark === "waiting") return statusWords.savedHere;
    return (props.brief === true ? statusWords.briefMark : statusWords.mark)[props.mark];
  };
  return (
    <span class="sync-mark" data-mark={props.mark}>
      <Dynamic component={marks[props.mark]} />
      {words()}
    </span>
  );
}
