import { A } from "@solidjs/router";
import { createMemo, createSignal, For, Show } from "solid-js";
import type { Handled } from "../../device/handle-command.ts";
import { discardCommand, mayDiscard, replaceCommand, sendAgain, undoDiscard } from "../../device/resolve.ts";
import type { OutboxRow } from "../../device/rows.ts";
import type { FieldConflict } from "../../domain/field-changes.ts";
import { Button } from "../design/Button.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { commandWords } from "../words/command-words.ts";
import { fieldName, fieldValue } from "../words/field-words.ts";
import { handledWords } from "../words/handled-words.ts";
import { whyWords, outboxWords as words } from "../words/outbox-words.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { conflictsOf, keepMine, keepTheirs } from "./keep-mine.ts";
import type { Subject } from "./outbox-query.ts";

/** How long after a decision the list may still be moving. */
const slidingMs = 700;
let lastDecidedMs = 0;

const nobody: ReadonlyMap<string, string> = new Map();

/** One command of the outbox, with what can be done about it. */
export function OutboxItem(props: { readonly row: OutboxRow; readonly subject: Subject | undefined }) {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const [busy, setBusy] = createSignal(false);
  const rejection = () => (props.row.parked?.why === "rejected" ? props.row.parked.rejection : undefined);
  const conflicts = createMemo(() => {
    const found = rejection();
    return props.row.state === "parked" && found !== undefined ? conflictsOf(found) : [];
  });
  const mine = createMemo(() => {
    const found = rejection();
    return found === undefined ? undefined : keepMine(props.row.command, found);
  });
  const names = () => props.subject?.lineNames ?? nobody;
  const title = () =>
    commandWords(props.row.command, lineNamesWith(names(), rejection()), workspace.format());
  const when = () => {
    const now = workspace.device.now();
    if (props.row.since !== undefined) return words.since(workspace.format().dateTime(props.row.since));
    const sent = props.row.sent ? words.sent : words.notSent;
    return `${words.written(workspace.format().ago(props.row.at, now))} · ${sent}`;
  };
  const run = (work: () => Promise<void>) => {
    // The next card slides under the finger when one is decided: a second tap there was meant for the first.
    if (busy() || Date.now() - lastDecidedMs < slidingMs) return;
    setBusy(true);
    work()
      .catch(reportError)
      .finally(() => {
        lastDecidedMs = Date.now();
        setBusy(false);
      });
  };
  const told = (handled: Handled, done: string) => {
    const text = isDone(handled) ? done : handledWords(handled, workspace.format());
    toasts.show({ text, tone: isDone(handled) ? "plain" : "bad" });
  };
  const discard = () =>
    run(async () => {
      const { seq } = props.row;
      await discardCommand(workspace.device, seq);
      const undo = () => {
        undoDiscard(workspace.device, seq).catch(reportError);
      };
      toasts.show({ text: words.discarded, action: { label: words.undo, run: undo } });
    });
  const choose = () =>
    run(async () => {
      const command = mine();
      if (command === undefined) return;
      told(await replaceCommand(workspace.device, props.row.seq, command), words.kept);
    });
  const giveWay = () => {
    const found = rejection();
    const left = found === undefined ? undefined : keepTheirs(props.row.command, found);
    if (left === undefined) return discard();
    run(async () => told(await replaceCommand(workspace.device, props.row.seq, left), words.keptTheirs));
  };
  const again = () =>
    run(async () => told(await sendAgain(workspace.device, props.row.seq), words.sentAgain));
  const bringBack = () => run(() => undoDiscard(workspace.device, props.row.seq));
  return (
    <li class="card outbox-item" data-state={props.row.state}>
      <div class="stack" data-gap="small">
        <p class="soft small">
          {words.kinds[props.subject?.kind ?? ""] ?? ""}{" "}
          <Show when={props.subject?.href} fallback={props.subject?.name}>
            {(href) => <A href={href()}>{props.subject?.name ?? ""}</A>}
          </Show>
        </p>
        <h3>{title()}</h3>
        <p class="soft small">{when()}</p>
        <Show when={whyWords(props.row, workspace.format())}>{(why) => <p>{why()}</p>}</Show>
      </div>
      <For each={conflicts()}>{(conflict) => <BothValues conflict={conflict} />}</For>
      <div class="row">
        <Show when={props.row.state === "parked"}>
          <Show
            when={mine()}
            fallback={
              <Button variant="primary" busy={busy()} onClick={again}>
                {words.sendAgain}
              </Button>
            }
          >
            <Button variant="primary" busy={busy()} onClick={choose}>
              {choice(words.keepMine, words.keepAllMine, "yours")}
            </Button>
            <Button busy={busy()} onClick={giveWay}>
              {choice(words.keepTheirs, words.keepAllTheirs, "theirs")}
            </Button>
          </Show>
        </Show>
        <Show when={mine() === undefined && mayDiscard(props.row) && props.row.state !== "pending"}>
          <Button variant="quiet" busy={busy()} onClick={discard}>
            {words.discard}
          </Button>
        </Show>
        <Show when={props.row.state === "discarded"}>
          <Show
            when={props.row.replacedBy === undefined}
            fallback={<span class="soft">{words.replaced}</span>}
          >
            <Button busy={busy()} onClick={bringBack}>
              {words.bringBack}
            </Button>
          </Show>
        </Show>
      </div>
    </li>
  );

  function choice(one: (value: string) => string, all: string, side: "yours" | "theirs"): string {
    const [only, ...more] = conflicts();
    if (only === undefined || more.length > 0) return all;
    return one(fieldValue(only.field, only[side], workspace.format()));
  }
}

/** Both values of one field, side by side. */
function BothValues(props: { readonly conflict: FieldConflict }) {
  const format = useWorkspace().format;
  const value = (of: unknown) => fieldValue(props.conflict.field, of, format());
  return (
    <dl class="both" aria-label={fieldName(props.conflict.field)}>
      <div>
        <dt>{words.youChanged}</dt>
        <dd>
          {value(props.conflict.yours)}{" "}
          <span class="soft small">{words.before(value(props.conflict.before))}</span>
        </dd>
      </div>
      <div>
        <dt>{words.theyChanged}</dt>
        <dd>{value(props.conflict.theirs)}</dd>
      </div>
    </dl>
  );
}

/** A line that is gone from the order is still named by the reason that tells of it. */
function lineNamesWith(
  names: ReadonlyMap<string, string>,
  rejection: { readonly reason: string } | undefined,
): ReadonlyMap<string, string> {
  if (rejection === undefined || !("lineId" in rejection) || !("name" in rejection)) return names;
  return new Map([...names, [String(rejection.lineId), String(rejection.name)]]);
}
