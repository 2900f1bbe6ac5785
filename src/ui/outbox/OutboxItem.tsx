import { A } from "@solidjs/router";
import { createMemo, For, Show } from "solid-js";
import type { OutboxRow } from "../../device/storage/rows.ts";
import { findTaken } from "../../device/streams/id-holder.ts";
import type { FieldConflict } from "../../domain/field-changes.ts";
import { noOrder } from "../../domain/order/order-state.ts";
import { idOf } from "../../domain/stream-key.ts";
import { saveCopy } from "../backup/save-copy.ts";
import { Button, IconButton } from "../design/Button.tsx";
import { IconImport } from "../design/icons.tsx";
import { act } from "../faults/act.ts";
import { commandWords } from "../words/command-words.ts";
import { fieldValue } from "../words/field-words.ts";
import type { Format } from "../words/format.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { BothValues } from "./BothValues.tsx";
import { commandDetails } from "./command-details.ts";
import { conflictsOf } from "./keep-mine.ts";
import {
  addAgain,
  carriedCount,
  isUnproven,
  type Offer,
  type OfferFacts,
  offersFor,
  unprovenOfOrder,
} from "./offers.ts";
import type { Subject } from "./outbox-query.ts";
import { whyWords, outboxWords as words } from "./outbox-words.ts";
import { SubjectLine } from "./SubjectLine.tsx";
import { TakenBy } from "./TakenBy.tsx";
import { useOutboxActions } from "./use-outbox-actions.ts";
import { whoChanged } from "./who-changed.ts";

/** One command of the outbox, with what can be done about it. */
export function OutboxItem(props: { readonly row: OutboxRow; readonly subject: Subject | undefined }) {
  const workspace = useWorkspace();
  const { format } = workspace;
  const actions = useOutboxActions(
    () => props.row,
    () => props.subject,
  );
  const rejection = () => (props.row.parked?.why === "rejected" ? props.row.parked.rejection : undefined);
  const conflicts = createMemo(() => {
    const found = rejection();
    return props.row.state === "parked" && found !== undefined ? conflictsOf(found) : [];
  });
  const facts = createMemo(
    (): OfferFacts => ({
      order: props.subject?.order ?? noOrder,
      lines: props.subject?.lines ?? new Map(),
      siblings: props.subject?.siblings ?? [],
      mayOrder: workspace.may("order-drafted"),
      hasPlace: props.subject?.href !== undefined,
      today: workspace.today(),
    }),
  );
  const offers = createMemo(() => offersFor(props.row, facts()));
  const who = (field?: string) => {
    const found = rejection();
    return found === undefined ? undefined : whoChanged(props.subject?.history ?? [], found, field);
  };
  const names = createMemo(() => {
    const told = new Map([...facts().lines].map(([lineId, line]) => [lineId, line.name]));
    const found = rejection();
    if (found?.reason === "line-changed-meanwhile") told.set(found.lineId, found.name);
    return told;
  });
  /** Whether a person has yet to choose between this and what another device wrote under its id. */
  const asksOfTaken = () => props.row.state === "parked" && findTaken(props.row) !== undefined;
  const why = () => {
    if (conflicts().length > 0) return words.inDispute;
    const told = whyWords(props.row, format());
    const did = who();
    if (told === undefined || did === undefined || props.row.state !== "parked") return told;
    return `${told} ${words.didThat(did.own ? words.thisDevice : did.actor, format().dateTime(did.at))}`;
  };
  const when = () => {
    if (props.row.since !== undefined) return words.since(format().dateTime(props.row.since));
    const sent = props.row.sent ? words.sent : words.notSent;
    return `${words.written(format().ago(props.row.at, workspace.device.now()))} · ${sent}`;
  };
  const label = (offer: Offer) => offerLabel(offer, props.row, facts(), props.subject, format(), conflicts());
  return (
    <li class="card outbox-item" data-state={props.row.state}>
      <div class="stack" data-gap="small">
        <SubjectLine kind={props.subject?.kind} subject={props.subject} />
        <h3>{commandWords(props.row.command, names(), format())}</h3>
        <p class="soft small">{when()}</p>
        <Show when={!asksOfTaken()} fallback={<TakenBy row={props.row} />}>
          <Show when={why()}>{(text) => <p>{text()}</p>}</Show>
        </Show>
        <Show when={isUnproven(props.row)}>
          <ul class="soft small">
            <For each={commandDetails(props.row.command, format())}>{(text) => <li>{text}</li>}</For>
          </ul>
        </Show>
      </div>
      <For each={conflicts()}>
        {(conflict) => <BothValues conflict={conflict} who={who(conflict.field)} />}
      </For>
      <div class="row outbox-actions">
        <Show when={offers().primary}>
          {(offer) => (
            <Button variant="primary" busy={actions.busy()} onClick={() => actions.take(offer())}>
              {label(offer())}
            </Button>
          )}
        </Show>
        <For each={offers().others}>
          {(offer) => (
            <Button
              variant={offer === "discard" ? "quiet" : "secondary"}
              busy={actions.busy()}
              onClick={() => actions.take(offer)}
            >
              {label(offer)}
            </Button>
          )}
        </For>
        <Show when={props.row.state === "discarded" && props.row.replacedBy !== undefined}>
          <Show when={props.row.movedTo} fallback={<span class="soft">{words.replaced}</span>}>
            {(stream) => <A href={`/orders/${idOf(stream())}`}>{words.moved}</A>}
          </Show>
        </Show>
        <Show when={props.row.state === "parked"}>
          <IconButton
            label={words.export}
            icon={IconImport}
            onClick={() => act(saveCopy(workspace, { holds: "waiting", only: [props.row.seq] }))}
          />
        </Show>
      </div>
    </li>
  );
}

function offerLabel(
  offer: Offer,
  row: OutboxRow,
  facts: OfferFacts,
  subject: Subject | undefined,
  format: Format,
  conflicts: readonly FieldConflict[],
): string {
  const [only, ...more] = conflicts;
  const single = more.length === 0 ? only : undefined;
  const value = (of: unknown) => fieldValue(single?.field ?? "", of, format);
  switch (offer) {
    case "keep-mine":
      return single === undefined ? words.keepAllMine : words.keepMine(value(single.yours));
    case "keep-theirs":
      if (findTaken(row) !== undefined) return words.keepAsItIs;
      return single === undefined ? words.keepAllTheirs : words.keepTheirs(value(single.theirs));
    case "add-again": {
      const line = addAgain(row, facts.lines);
      const add = row.command.type === "substitute-line" ? words.addAnyway : words.addAgain;
      return add(format.number(line?.quantity ?? 0), line?.name ?? "");
    }
    case "new-order": {
      const count = carriedCount(facts);
      return words.newOrder(count, format.number(count));
    }
    case "open":
      return words.change(words.kindNames[subject?.kind ?? ""] ?? "");
    case "add-order-as-mine": {
      const count = unprovenOfOrder(row, facts).length;
      return words.addOrderAsMine(format.number(count));
    }
    case "add-as-mine":
      return words.addAsMine;
    case "send-again":
      return words.sendAgain;
    case "mine-too":
      return subject?.kind === "stock" ? words.bookMineToo : words.sendMineToo;
    case "discard":
      return words.discard;
    case "bring-back":
      return words.bringBack;
    case "undo-new-order":
      return words.undoNewOrder;
  }
}
