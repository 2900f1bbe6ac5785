import { A } from "@solidjs/router";
import { type JSX, Show, splitProps } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { IconComponent } from "./icons.tsx";

interface Look {
  /** `primary` is the one thing to do here; `danger` what cannot simply be taken back. */
  readonly variant?: "primary" | "secondary" | "quiet" | "danger";
  readonly size?: "normal" | "large";
  readonly icon?: IconComponent;
  /** As wide as its surroundings. */
  readonly wide?: boolean;
}

/** A button with words. `busy` keeps it in place, unusable, while its work is under way. */
export function Button(
  props: Look & { readonly busy?: boolean } & JSX.ButtonHTMLAttributes<HTMLButtonElement>,
) {
  const [look, rest] = splitProps(props, ["variant", "size", "icon", "wide", "busy", "children", "disabled"]);
  return (
    <button
      type="button"
      {...rest}
      class="button"
      data-variant={look.variant ?? "secondary"}
      data-size={look.size ?? "normal"}
      data-wide={look.wide ? "" : undefined}
      disabled={look.disabled === true || look.busy === true}
      aria-busy={look.busy === true ? "true" : undefined}
    >
      <Show when={look.icon}>{(drawing) => <Dynamic component={drawing()} />}</Show>
      {look.children}
    </button>
  );
}

/** A button that is only an icon; `label` is read aloud and shown on hover. */
export function IconButton(
  props: { readonly label: string; readonly icon: IconComponent } & Pick<Look, "variant"> &
    JSX.ButtonHTMLAttributes<HTMLButtonElement>,
) {
  const [look, rest] = splitProps(props, ["label", "icon", "variant"]);
  return (
    <button
      type="button"
      {...rest}
      class="button"
      data-variant={look.variant ?? "quiet"}
      data-size="icon"
      aria-label={look.label}
      title={look.label}
    >
      <Dynamic component={look.icon} />
    </button>
  );
}

/** A link that looks like a button, for going somewhere. */
export function ButtonLink(
  props: Look & { readonly href: string; readonly children: JSX.Element; readonly "aria-label"?: string },
) {
  return (
    <A
      href={props.href}
      class="button"
      aria-label={props["aria-label"]}
      data-variant={props.variant ?? "secondary"}
      data-size={props.size ?? "normal"}
      data-wide={props.wide ? "" : undefined}
    >
      <Show when={props.icon}>{(drawing) => <Dynamic component={drawing()} />}</Show>
      {props.children}
    </A>
  );
}

/** A link that looks like a button and leaves the app: the browser asks the network for it, not the app's router. */
export function OutsideLink(props: { readonly href: string; readonly children: JSX.Element }) {
  return (
    <a href={props.href} rel="external" class="button" data-variant="secondary" data-size="normal">
      {props.children}
    </a>
  );
}
