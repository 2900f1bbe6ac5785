import { createMemo, For, Show } from "solid-js";
import { Button, ButtonLink } from "../design/Button.tsx";
import { Notice } from "../design/Notice.tsx";
import { handledWords } from "../words/handled-words.ts";
import { useFormat, useWorkspace } from "../workspace/workspace-context.tsx";
import { endWords, importWords, planWords } from "./import-words.ts";
import { ListPreview } from "./ListPreview.tsx";
import type { ImportPlan } from "./plan-import.ts";
import { troubleWords } from "./problem-words.ts";
import type { ReadFile } from "./read-files.ts";
import type { ImportProgress, ImportResult } from "./run-import.ts";

const { preview, result: resultWords } = importWords;
const failedMax = 20;

/** What will happen, list by list, before anything is saved. */
export function PreviewStage(props: {
  readonly files: readonly ReadFile[];
  readonly plan: ImportPlan;
  readonly onStart: () => void;
  readonly onReset: () => void;
}) {
  const format = useFormat();
  const words = createMemo(() => planWords(props.plan, format()));
  const goesIn = () => words().goes === "in";
  return (
    <>
      <Notice tone={words().tone} title={words().title} urgent={!goesIn()}>
        <For each={words().lines}>{(line) => <p>{line}</p>}</For>
      </Notice>
      <div class="row">
        <Show when={goesIn()}>
          <Button variant="primary" size="large" onClick={() => props.onStart()}>
            {preview.start}
          </Button>
        </Show>
        <Button size="large" onClick={() => props.onReset()}>
          {preview.other}
        </Button>
      </div>
      <For each={props.files}>
        {(file) => <Show when={!file.ok && file}>{(bad) => <BadFile file={bad()} />}</Show>}
      </For>
      <For each={props.plan.lists}>{(plan) => <ListPreview plan={plan} />}</For>
    </>
  );
}

function BadFile(props: { readonly file: Extract<ReadFile, { ok: false }> }) {
  const format = useFormat();
  const words = () => troubleWords(props.file.trouble, format());
  return (
    <Notice tone="bad" title={`${props.file.name}: ${words().title}`}>
      <p>{words().text}</p>
    </Notice>
  );
}

/** How far it has come, and a way to stop. */
export function RunningStage(props: {
  readonly progress: ImportProgress;
  readonly stopping: boolean;
  readonly onStop: () => void;
}) {
  const format = useFormat();
  const text = () =>
    importWords.running(format().number(props.progress.done), format().number(props.progress.total));
  return (
    <section class="card">
      <h2>{importWords.runningTitle}</h2>
      <progress class="progress" max={props.progress.total} value={props.progress.done} aria-label={text()} />
      <p aria-live="polite">{text()}</p>
      <p class="small soft">{importWords.keepOpen}</p>
      <div class="row">
        <Button busy={props.stopping} onClick={() => props.onStop()}>
          {props.stopping ? importWords.stopping : importWords.stop}
        </Button>
      </div>
    </section>
  );
}

/** How it ended. */
export function DoneStage(props: {
  readonly plan: ImportPlan;
  readonly result: ImportResult;
  readonly onReset: () => void;
}) {
  const workspace = useWorkspace();
  const format = useFormat();
  const words = () => endWords(props.result, format());
  const number = (count: number) => format().number(count);
  const count = (status: "same" | "wrong") =>
    props.plan.lists.reduce((all, { counts }) => all + counts[status], 0);
  const onlyStock = () => props.plan.lists.every(({ list }) => list.startsWith("stock"));
  const alreadyHere = () => props.result.already + count("same");
  return (
    <>
      <Notice tone={props.result.end === "done" ? "good" : "bad"} title={words().title} urgent>
        <Show when={words().text !== ""}>
          <p>{words().text}</p>
        </Show>
        <p>
          {resultWords.saved(props.result.saved, number(props.result.saved))}
          <Show when={props.result.saved > 0}>
            {" "}
            {workspace.joined() ? resultWords.sent(props.result.saved) : resultWords.local}
          </Show>
        </p>
        <Show when={alreadyHere() > 0}>
          <p>{resultWords.already(alreadyHere(), number(alreadyHere()))}</p>
        </Show>
        <Show when={count("wrong") > 0}>
          <p>{resultWords.leftOut(count("wrong"), number(count("wrong")))}</p>
        </Show>
      </Notice>
      <Show when={props.result.failed.length > 0}>
        <section class="card">
          <h2>{resultWords.failedTitle(number(props.result.failed.length))}</h2>
          <ul class="faults">
            <For each={props.result.failed.slice(0, failedMax)}>
              {({ command, handled }) => (
                <li>
                  <span class="small soft">{command.stream}</span>
                  <span>{handledWords(handled, format())}</span>
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
      <div class="row">
        <ButtonLink variant="primary" href={onlyStock() ? "/stock" : "/orders"}>
          {onlyStock() ? resultWords.stock : resultWords.orders}
        </ButtonLink>
        <Button onClick={() => props.onReset()}>{resultWords.again}</Button>
      </div>
    </>
  );
}
