import { type JSX, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { IconCheck, type IconComponent, IconInfo, IconWarning } from "./icons.tsx";

export type Tone = "info" | "good" | "wait" | "bad";

interface NoticeProps {
  readonly tone?: Tone;
  readonly title: string;
  readonly children?: JSX.Element;
  /** Read aloud at once when it appears. */
  readonly urgent?: boolean;
}

/** Something to know on the page itself: what, and what to do about it. */
export function Notice(props: NoticeProps) {
  const drawing = (): IconComponent => {
    const tone = props.tone ?? "info";
    return tone === "info" ? IconInfo : tone === "good" ? IconCheck : IconWarning;
  };
  return (
    <div class="notice" data-tone={props.tone ?? "info"} role={props.urgent ? "alert" : undefined}>
      <Dynamic component={drawing()} />
      <div class="notice-body">
        <p class="strong">{props.title}</p>
        <Show when={props.children}>{props.children}</Show>
      </div>
    </div>
  );
}

interface EmptyStateProps {
  readonly icon: IconComponent;
  readonly title: string;
  readonly text?: string;
  /** What to do about it. */
  readonly children?: JSX.Element;
}

/** An empty list: what is missing, and how to add it. */
export function EmptyState(props: EmptyStateProps) {
  return (
    <div class="empty">
      <Dynamic component={props.icon} />
      <h2>{props.title}</h2>
      <Show when={props.text}>
        <p>{props.text}</p>
      </Show>
      {props.children}
    </div>
  );
}
