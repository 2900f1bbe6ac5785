import { onMount, Show } from "solid-js";
import { Button, ButtonLink } from "../design/Button.tsx";
import { Obstacle } from "../design/Obstacle.tsx";
import { noteFault } from "../faults/recent-faults.ts";
import { isStale } from "../faults/sort-fault.ts";
import { appWords } from "../words/app-words.ts";

/** The origin is not secure: no service worker, no locks, no lasting storage. */
export function InsecureOrigin() {
  const { title, text, here, steps } = appWords.insecure;
  return (
    <main class="frame-main">
      <Obstacle title={title} text={`${here(location.origin)} ${text}`} steps={steps} secure />
    </main>
  );
}

/** The browser lacks what Docket cannot do without. */
export function OlderBrowser(props: { readonly missing: readonly string[] }) {
  const { title, text, lacks, steps } = appWords.olderBrowser;
  return (
    <main class="frame-main">
      <Obstacle title={title} text={`${text} ${lacks(props.missing.join(", "))}`} steps={steps} />
    </main>
  );
}

/** The browser gives no IndexedDB. */
export function NoStorage() {
  const { title, text, steps } = appWords.noStorage;
  return (
    <main class="frame-main">
      <Obstacle title={title} text={text} steps={steps}>
        <Button variant="primary" onClick={() => location.reload()}>
          {appWords.failed.reload}
        </Button>
      </Obstacle>
    </main>
  );
}

/** The storage does not answer. It may still answer: then this screen goes away. */
export function HeldUp() {
  const { title, text, again } = appWords.heldUp;
  return (
    <main class="frame-main" role="alert">
      <Obstacle title={title} text={text}>
        <Button variant="primary" onClick={() => location.reload()}>
          {again}
        </Button>
      </Obstacle>
    </main>
  );
}

/** A newer version of the app has written here. */
export function TooOld() {
  return (
    <main class="frame-main">
      <Obstacle title={appWords.tooOld.title} text={appWords.tooOld.text}>
        <Button variant="primary" onClick={() => location.reload()}>
          {appWords.failed.reload}
        </Button>
      </Obstacle>
    </main>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Obstacle title={appWords.notFound.title} text={appWords.notFound.text}>
      <ButtonLink variant="primary" href="/orders">
        {appWords.failed.toOrders}
      </ButtonLink>
    </Obstacle>
  );
}

/** A screen threw. A chunk that is gone means that another tab has updated the app. */
export function ScreenFailed(props: { readonly error: unknown }) {
  const stale = () => isStale(props.error);
  onMount(() => noteFault(props.error, new Date()));
  const words = () => (stale() ? appWords.stale : appWords.failed);
  return (
    <Obstacle title={words().title} text={words().text}>
      <div class="row">
        <Button variant="primary" onClick={() => location.reload()}>
          {appWords.failed.reload}
        </Button>
        <Button onClick={() => location.assign("/orders")}>{appWords.failed.toOrders}</Button>
      </div>
      <Show when={!stale()}>
        <details class="soft small">
          <summary>{appWords.failed.details}</summary>
          <pre class="wrap">{props.error instanceof Error ? props.error.message : String(props.error)}</pre>
        </details>
      </Show>
    </Obstacle>
  );
}
