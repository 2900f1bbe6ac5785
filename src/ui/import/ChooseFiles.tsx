import { createSignal, For } from "solid-js";
import { Button } from "../design/Button.tsx";
import { IconImport } from "../design/icons.tsx";
import { useFormat } from "../workspace/workspace-context.tsx";
import { useAllowedLists } from "./create-import.ts";
import { csvTemplate } from "./csv-templates.ts";
import { downloadCsv } from "./download.ts";
import { importLimits } from "./import-limits.ts";
import { importWords, listTitles } from "./import-words.ts";
import type { ListName } from "./list-columns.ts";

const { choose, templates, rules } = importWords;

/** Files can be dropped here, or chosen in the browser's own dialog. */
export function ChooseFiles(props: { readonly onChoose: (files: readonly File[]) => void }) {
  const [over, setOver] = createSignal(false);
  let input: HTMLInputElement | undefined;
  const take = (files: FileList | null | undefined) => props.onChoose([...(files ?? [])]);
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same by keyboard. */}
      <div
        class="drop"
        data-over={over() ? "" : undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <IconImport />
        <h2>{choose.title}</h2>
        <p class="soft">{choose.text}</p>
        <Button variant="primary" size="large" onClick={() => input?.click()}>
          {choose.button}
        </Button>
        <input
          ref={(element) => {
            input = element;
          }}
          class="visually-hidden"
          type="file"
          multiple
          accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
          aria-label={choose.input}
          tabindex="-1"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </div>
      <Templates />
      <Rules />
    </>
  );
}

function Templates() {
  const lists = useAllowedLists();
  const offer = (list: ListName) => {
    const template = csvTemplate(list);
    downloadCsv(template.fileName, template.text);
  };
  return (
    <section class="card">
      <div class="stack" data-gap="small">
        <h2>{templates.title}</h2>
        <p class="soft">{templates.text}</p>
      </div>
      <div class="row">
        <For each={lists()}>{(list) => <Button onClick={() => offer(list)}>{listTitles[list]}</Button>}</For>
      </div>
    </section>
  );
}

function Rules() {
  const format = useFormat();
  const limits = () =>
    rules.limits(format().number(importLimits.fileRows), format().bytes(importLimits.fileBytes));
  return (
    <section class="card">
      <h2>{rules.title}</h2>
      <ul class="bullets">
        <For each={rules.lines}>{(line) => <li>{line}</li>}</For>
      </ul>
      <h2>{rules.notTitle}</h2>
      <ul class="bullets">
        <For each={rules.notLines}>{(line) => <li>{line}</li>}</For>
      </ul>
      <p class="small soft">{limits()}</p>
    </section>
  );
}
