import { A } from "@solidjs/router";
import { createEffect, For, type JSX, Show } from "solid-js";
import { designWords } from "./design-words.ts";
import { IconBack } from "./icons.tsx";

interface PageProps {
  readonly title: string;
  readonly subtitle?: JSX.Element;
  /** Where the arrow before the title leads. */
  readonly back?: { readonly href: string; readonly label: string };
  readonly actions?: JSX.Element;
  readonly width?: "narrow" | "normal" | "full";
  readonly children: JSX.Element;
}

/** A screen: its heading (also the document's title), its actions and its content. */
export function Page(props: PageProps) {
  createEffect(() => {
    document.title = designWords.documentTitle(props.title);
  });
  return (
    <div class="page" data-width={props.width ?? "normal"}>
      <header class="page-header">
        <Show when={props.back}>
          {(back) => (
            <A
              class="button page-header-back"
              data-variant="quiet"
              data-size="icon"
              href={back().href}
              aria-label={back().label}
            >
              <IconBack />
            </A>
          )}
        </Show>
        <div class="page-header-title">
          <h1 tabindex="-1">{props.title}</h1>
          <Show when={props.subtitle}>
            <div class="row soft">{props.subtitle}</div>
          </Show>
        </div>
        <Show when={props.actions}>
          <div class="page-actions">{props.actions}</div>
        </Show>
      </header>
      {props.children}
    </div>
  );
}

/** The shape of a list that is being read; announced once. */
export function Loading(props: { readonly rows?: number; readonly label?: string }) {
  return (
    <div class="loading" role="status" aria-label={props.label ?? designWords.loading}>
      <For each={Array.from({ length: props.rows ?? 5 })}>{() => <span />}</For>
    </div>
  );
}
