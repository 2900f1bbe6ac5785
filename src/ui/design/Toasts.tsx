import { createContext, createSignal, For, type JSX, onCleanup, Show, useContext } from "solid-js";
import { Portal } from "solid-js/web";
import { Button, IconButton } from "./Button.tsx";
import { designWords } from "./design-words.ts";
import { IconClose } from "./icons.tsx";

/** A short message at the edge of the screen, read aloud. An error stays until it is closed. */
export interface Toast {
  readonly text: string;
  readonly tone?: "plain" | "bad";
  readonly action?: { readonly label: string; readonly run: () => void };
}

interface Toasts {
  /** Shows and announces a message. */
  readonly show: (toast: Toast) => void;
  /** Only announces: for what sighted people see anyway. */
  readonly announce: (text: string) => void;
  /** Shows all of it inside an open dialog: what is outside of one is neither seen, tapped nor read. Yields the end. */
  readonly moveInto: (dialog: HTMLElement) => () => void;
  /** Whether a dialog is open, so that what the page beneath shows is not seen. */
  readonly covered: () => boolean;
}

const ToastContext = createContext<Toasts>();

const toastMs = 6_000;
const toastsMax = 3;

/** Shows messages for the screens inside. */
export function ToastProvider(props: { readonly children: JSX.Element }) {
  const [shown, setShown] = createSignal<readonly Toast[]>([]);
  const [spoken, setSpoken] = createSignal("");
  const [dialogs, setDialogs] = createSignal<readonly HTMLElement[]>([]);
  const timers = new Set<ReturnType<typeof setTimeout>>();
  onCleanup(() => timers.forEach(clearTimeout));
  const close = (toast: Toast) => setShown((all) => all.filter((other) => other !== toast));
  const announce = (text: string) => {
    // The same text twice is announced twice only when it differs: a trailing space does.
    setSpoken((before) => (before === text ? `${text}\u00a0` : text));
  };
  const show = (toast: Toast) => {
    // A second tap says nothing new: one message for both.
    setShown((all) => [...all.filter(({ text }) => text !== toast.text).slice(1 - toastsMax), toast]);
    announce(toast.text);
    if (toast.tone === "bad") return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      close(toast);
    }, toastMs);
    timers.add(timer);
  };
  const moveInto = (dialog: HTMLElement) => {
    setDialogs((all) => [...all, dialog]);
    return () => setDialogs((all) => all.filter((other) => other !== dialog));
  };
  const covered = () => dialogs().length > 0;
  return (
    <ToastContext.Provider value={{ show, announce, moveInto, covered }}>
      {props.children}
      <Portal mount={dialogs().at(-1) ?? document.body}>
        <div class="visually-hidden" role="status" aria-live="polite">
          {spoken()}
        </div>
        <div class="toasts">
          <For each={shown()}>
            {(toast) => (
              <div class="toast" data-tone={toast.tone ?? "plain"}>
                <span>{toast.text}</span>
                <Show when={toast.action}>
                  {(action) => (
                    <Button
                      onClick={() => {
                        close(toast);
                        action().run();
                      }}
                    >
                      {action().label}
                    </Button>
                  )}
                </Show>
                <IconButton label={designWords.close} icon={IconClose} onClick={() => close(toast)} />
              </div>
            )}
          </For>
        </div>
      </Portal>
    </ToastContext.Provider>
  );
}

/** The messages of this page. */
export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === undefined) throw new Error("expected to be inside a ToastProvider");
  return toasts;
}
