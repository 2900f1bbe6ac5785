import { For, Show } from "solid-js";
import { Button } from "../design/Button.tsx";
import { Chip } from "../design/StatusChip.tsx";
import { fieldName } from "../words/field-words.ts";
import { useFormat } from "../workspace/workspace-context.tsx";
import { csvOf, downloadCsv } from "./download.ts";
import type { ListPlan, RowFault, RowStatus } from "./import-plan.ts";
import { importWords, listTitles } from "./import-words.ts";
import { faultWords } from "./problem-words.ts";

const { counts, problems } = importWords;
const statuses = [
  ["new", "good"],
  ["changed", "accent"],
  ["same", "plain"],
  ["wrong", "bad"],
] as const;

const samplesMax = 3;
const faultsMax = 20;

/** What importing one file will do: counts, a few of the rows, and everything that is wrong. */
export function ListPreview(props: { readonly plan: ListPlan }) {
  const format = useFormat();
  return (
    <section class="card">
      <div class="stack" data-gap="small">
        <h2>{listTitles[props.plan.list]}</h2>
        <p class="small soft">
          {props.plan.file} ·{" "}
          {importWords.rowsOf(props.plan.rows.length, format().number(props.plan.rows.length))}
        </p>
        <div class="tally">
          <For each={statuses.filter(([status]) => props.plan.counts[status] > 0)}>
            {([status, tone]) => (
              <Chip tone={tone}>
                {format().number(props.plan.counts[status])} {counts[status]}
              </Chip>
            )}
          </For>
        </div>
        <Show when={props.plan.list !== "orderLines"}>
          <Samples plan={props.plan} status="new" />
          <Samples plan={props.plan} status="changed" />
        </Show>
        <Show when={props.plan.unused.length > 0}>
          <p class="small soft">{importWords.unused(props.plan.unused.join(", "))}</p>
        </Show>
      </div>
      <Show when={props.plan.faults.length > 0}>
        <Faults plan={props.plan} />
      </Show>
    </section>
  );
}

/** A few rows of one status by name, with what changes. */
function Samples(props: { readonly plan: ListPlan; readonly status: RowStatus }) {
  const format = useFormat();
  const rows = () => props.plan.rows.filter(({ status }) => status === props.status);
  const text = () => {
    const shown = rows()
      .slice(0, samplesMax)
      .map(({ label, fields }) =>
        fields.length === 0 ? label : `${label} (${fields.map(fieldName).join(", ")})`,
      );
    const rest = rows().length - shown.length;
    return [...shown, ...(rest > 0 ? [importWords.more(format().number(rest))] : [])].join(", ");
  };
  return (
    <Show when={rows().length > 0}>
      <p class="small">
        <span class="strong">{importWords.samples[props.status]}:</span> {text()}
      </p>
    </Show>
  );
}

function Faults(props: { readonly plan: ListPlan }) {
  const format = useFormat();
  const rest = () => props.plan.faults.length - faultsMax;
  const location = ({ row, column }: RowFault) =>
    column === "" ? problems.row(format().number(row)) : problems.column(format().number(row), column);
  const download = () => {
    const rows = props.plan.faults.map((fault) => {
      const { what, todo } = faultWords(fault, format());
      return [fault.file, String(fault.row), fault.column, fault.value, what, todo];
    });
    downloadCsv(`problems-${props.plan.file}`, csvOf([problems.csvHeader, ...rows]));
  };
  return (
    <div class="stack" data-gap="small">
      <h3>{problems.title}</h3>
      <ul class="faults" aria-label={problems.title}>
        <For each={props.plan.faults.slice(0, faultsMax)}>
          {(fault) => (
            <li>
              <span class="small soft">{location(fault)}</span>
              <span class="strong">{faultWords(fault, format()).what}</span>
              <span class="small">{faultWords(fault, format()).todo}</span>
            </li>
          )}
        </For>
      </ul>
      <div class="row">
        <Show when={rest() > 0}>
          <span class="soft">{importWords.more(format().number(rest()))}</span>
        </Show>
        <Button onClick={download}>{problems.download}</Button>
      </div>
    </div>
  );
}
