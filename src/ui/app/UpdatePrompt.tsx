import { useLocation } from "@solidjs/router";
import { createSignal, onMount, Show } from "solid-js";
import { Button } from "../design/Button.tsx";
import { Notice } from "../design/Notice.tsx";
import type { ServiceWorkerClient, UpdateState } from "../pwa/service-worker-client.ts";
import { appWords } from "../words/app-words.ts";

/** Offers a ready update, on any screen but an order: there it would be in the way, and it can wait. */
export function UpdatePrompt(props: { readonly worker: ServiceWorkerClient }) {
  const location = useLocation();
  const [state, setState] = createSignal<UpdateState>("none");
  onMount(() => props.worker.onUpdate(setState));
  const inOrder = () => /^\/orders\/./.test(location.pathname);
  const ready = () => state() === "ready";
  return (
    <Show when={state() !== "none" && !inOrder()}>
      <div class="page update-prompt">
        <Notice title={ready() ? appWords.update.ready : appWords.update.elsewhere}>
          <div class="row" data-spread>
            <p>{appWords.update.text}</p>
            <Button variant="primary" onClick={() => props.worker.apply()}>
              {ready() ? appWords.update.apply : appWords.update.reload}
            </Button>
          </div>
        </Notice>
      </div>
    </Show>
  );
}
