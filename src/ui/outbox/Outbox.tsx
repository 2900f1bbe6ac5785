import { createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import type { CommandState, OutboxRow } from "../../device/storage/rows.ts";
import { findStatus } from "../../device/views/queries.ts";
import { signInPath } from "../../protocol/limits.ts";
import { StallNotice } from "../backup/StallNotice.tsx";
import { saveCopy } from "../backup/save-copy.ts";
import { Button, OutsideLink } from "../design/Button.tsx";
import { IconImport, IconSent } from "../design/icons.tsx";
import { Keyed } from "../design/List.tsx";
import { EmptyState, Notice } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { act } from "../faults/act.ts";
import { forgetsAfterSevenDays, thisPlatform } from "../pwa/platform.ts";
import { useFormScans } from "../scan/use-form-scans.ts";
import { asksToJoinAgain, asksToSignIn, syncTroubleWords, syncWords } from "../words/sync-words.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { JoinAgain } from "../workspace/JoinAgain.tsx";
import { Unreadable } from "../workspace/Unreadable.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { BulkCard } from "./BulkCard.tsx";
import { DecisionsProvider } from "./decisions.tsx";
import { NotTakenBack } from "./NotTakenBack.tsx";
import { OutboxItem } from "./OutboxItem.tsx";
import { type OutboxView, readOutbox } from "./outbox-query.ts";
import { outboxWords as words } from "./outbox-words.ts";

const groups: readonly CommandState[] = ["parked", "held", "pending", "discarded"];
const pageSize = 25;

/** Every command that is not confirmed: what, of which thing, why, since when, and what can be done. */
export function Outbox() {
  const workspace = useWorkspace();
  useFormScans();
  const [limit, setLimit] = createSignal(pageSize);
  const key = createMemo(() => ({ device: workspace.device, limit: limit() }));
  const outbox = createLive(key, (asked) => readOutbox(asked.device, asked.limit), { keep: true });
  const status = createLive(
    () => workspace.device,
    (device) => findStatus(device.db),
  );
  const trouble = createMemo(() => {
    const { trouble: why, between } = valueOr(status(), undefined) ?? {};
    return why === undefined ? undefined : { trouble: why, between };
  });
  const view = () => valueOr(outbox(), undefined);
  const forgets = forgetsAfterSevenDays(thisPlatform());
  const isEmpty = (shown: OutboxView) =>
    shown.lost.length === 0 && groups.every((state) => shown.counts[state] === 0);
  return (
    <Page title={words.title} subtitle={<span>{words.text}</span>}>
      <Show when={trouble()}>
        {(told) => (
          <Notice
            tone={asksToJoinAgain(told().trouble) ? "bad" : "wait"}
            title={syncTroubleWords(told()).short}
          >
            <p>{syncTroubleWords(told()).full}</p>
            <div class="row">
              <Show when={asksToSignIn(told().between)}>
                <OutsideLink href={signInPath}>{syncWords.openSignIn}</OutsideLink>
              </Show>
              <JoinAgain trouble={told().trouble} />
            </div>
          </Notice>
        )}
      </Show>
      <Show when={forgets && (view()?.counts.pending ?? 0) > 0}>
        <Notice tone="wait" title={syncWords.sevenDays.title}>
          <p>{syncWords.sevenDays.text}</p>
        </Notice>
      </Show>
      <StallNotice />
      <Switch fallback={<Loading />}>
        <Match when={outbox().status === "failed"}>
          <Unreadable />
        </Match>
        <Match when={view()}>
          {(shown) => (
            <>
              <Show when={isEmpty(shown())}>
                <EmptyState
                  icon={IconSent}
                  title={words.empty.title}
                  text={workspace.joined() ? words.empty.text : words.emptyLocal.text}
                />
              </Show>
              <NotTakenBack view={shown()} />
              <DecisionsProvider>
                <For each={groups}>
                  {(state) => (
                    <Group
                      state={state}
                      view={shown()}
                      onMore={() => setLimit((count) => count + pageSize)}
                    />
                  )}
                </For>
              </DecisionsProvider>
              <CopyCard view={shown()} />
              <Account view={shown()} />
            </>
          )}
        </Match>
      </Switch>
    </Page>
  );
}

function Group(props: {
  readonly state: CommandState;
  readonly view: OutboxView;
  readonly onMore: () => void;
}) {
  const format = useWorkspace().format;
  const count = () => props.view.counts[props.state];
  const rows = (): readonly OutboxRow[] => props.view.rows[props.state];
  return (
    <Show when={count() > 0}>
      <section class="stack" aria-labelledby={`outbox-${props.state}`}>
        <h2 id={`outbox-${props.state}`}>
          {words.groups[props.state]} <span class="soft">{format().number(count())}</span>
        </h2>
        <ul class="stack" data-gap="small">
          <Show when={props.state === "parked"}>
            <Keyed each={props.view.bulks} by={(bulk) => bulk.reason}>
              {(bulk) => <BulkCard bulk={bulk()} />}
            </Keyed>
          </Show>
          <Keyed each={rows()} by={(row) => row.id}>
            {(row) => <OutboxItem row={row()} subject={props.view.subjects.get(row().stream)} />}
          </Keyed>
        </ul>
        <Show when={count() > rows().length}>
          <div class="row">
            <span class="soft">{words.more(format().number(count() - rows().length))}</span>
            <Button onClick={() => props.onMore()}>{words.showMore}</Button>
          </div>
        </Show>
      </section>
    </Show>
  );
}

/** What waits, as a file: where the server is not to be had, the access was taken back, or the storage is full. */
function CopyCard(props: { readonly view: OutboxView }) {
  const workspace = useWorkspace();
  const waiting = () => props.view.counts.parked + props.view.counts.held + props.view.counts.pending;
  return (
    <Show when={waiting() > 0}>
      <section class="card" aria-label={words.exportAll}>
        <p>{words.exportText}</p>
        <div class="row">
          <Button icon={IconImport} onClick={() => act(saveCopy(workspace, { holds: "waiting" }))}>
            {words.exportAll}
          </Button>
        </div>
      </section>
    </Show>
  );
}

/** Nothing vanishes: what was written is confirmed, settled, or still here. */
function Account(props: { readonly view: OutboxView }) {
  const format = useWorkspace().format;
  const { account } = words;
  const parts = createMemo(() => {
    const { ledger, counts } = props.view;
    return [
      [account.confirmed, ledger.confirmed],
      [account.settled, ledger.settled],
      [account.pending, counts.pending],
      [account.held, counts.held],
      [account.parked, counts.parked],
      [account.discarded, counts.discarded],
    ] as const;
  });
  const balanced = () => parts().reduce((sum, [, count]) => sum + count, 0) === props.view.ledger.created;
  return (
    <section class="card" aria-labelledby="outbox-account">
      <h2 id="outbox-account">{account.title}</h2>
      <dl class="facts">
        <For each={parts()}>
          {([label, count]) => (
            <>
              <dt>{label}</dt>
              <dd>{format().number(count)}</dd>
            </>
          )}
        </For>
        <dt class="strong">{account.created}</dt>
        <dd class="strong">{format().number(props.view.ledger.created)}</dd>
      </dl>
      <p class={balanced() ? "soft" : "field-error"}>{balanced() ? account.balanced : account.unbalanced}</p>
    </section>
  );
}
