import { createEffect, createResource, createSignal, Match, Show, Suspense, Switch, untrack } from "solid-js";
import type { WorkspaceDevice } from "../../protocol/joining-messages.ts";
import { listDevices } from "../../sync/calls/devices.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { IconDevices, IconLock, IconPlus } from "../design/icons.tsx";
import { Keyed, List } from "../design/List.tsx";
import { EmptyState, Notice } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { act } from "../faults/act.ts";
import { deviceWords as words } from "../settings/settings-words.ts";
import { joiningWords } from "../words/joining-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { DeviceRow } from "./DeviceRow.tsx";
import { InviteDialog } from "./InviteDialog.tsx";
import { groupDevices, lastTakeOver } from "./lineages.ts";
import { useNewIdentities } from "./new-identities.tsx";

/** The devices of the business, for its owners: who is in, inviting, taking access back. Asks the server. */
export function Devices() {
  const workspace = useWorkspace();
  const isOwner = () => workspace.device.identity().joined?.role === "owner";
  return (
    <Switch fallback={<DeviceList />}>
      <Match when={!workspace.joined()}>
        <Page title={words.title}>
          <EmptyState icon={IconDevices} title={words.alone.title} text={words.alone.text}>
            <ButtonLink variant="primary" href="/settings">
              {words.toSettings}
            </ButtonLink>
          </EmptyState>
        </Page>
      </Match>
      <Match when={!isOwner()}>
        <Page title={words.title}>
          <EmptyState icon={IconLock} title={words.notOwner.title} text={words.notOwner.text} />
        </Page>
      </Match>
    </Switch>
  );
}

function DeviceList() {
  const workspace = useWorkspace();
  const [inviting, setInviting] = createSignal(false);
  const [answer, { refetch }] = createResource(() => workspace.device, listDevices);
  const again = () => {
    act(Promise.resolve(refetch()));
  };
  const devices = (): readonly WorkspaceDevice[] | undefined => {
    const latest = answer.latest;
    return latest?.ok === true ? latest.devices : undefined;
  };
  // What is new stays marked while this screen is open, and is seen when it opens again.
  const identities = useNewIdentities();
  const seenUntil = untrack(identities.seenUntil);
  createEffect(() => {
    const last = lastTakeOver(devices() ?? []);
    if (last !== undefined) identities.noteSeen(last);
  });
  const trouble = () => {
    if (answer.error !== undefined) return "unexpected-answer";
    const latest = answer.latest;
    return latest?.ok === false ? latest.trouble : undefined;
  };
  return (
    <Page
      title={words.title}
      subtitle={<span>{words.text}</span>}
      actions={
        <Button variant="primary" icon={IconPlus} onClick={() => setInviting(true)}>
          {words.invite}
        </Button>
      }
    >
      <Suspense fallback={<Loading rows={3} />}>
        <Show when={trouble()}>
          {(code) => (
            <Notice tone="wait" title={`${words.loadFailed}: ${joiningWords(code()).title}`}>
              <p>{joiningWords(code()).text}</p>
              <div class="row">
                <Button busy={answer.loading} onClick={again}>
                  {words.again}
                </Button>
              </div>
            </Notice>
          )}
        </Show>
        <Show
          when={devices()}
          fallback={
            <Show when={trouble() === undefined}>
              <Loading rows={3} />
            </Show>
          }
        >
          {(known) => (
            <List label={words.title}>
              <Keyed each={groupDevices(known())} by={({ root }) => root}>
                {(lineage) => <DeviceRow lineage={lineage()} seenUntil={seenUntil} onChanged={again} />}
              </Keyed>
            </List>
          )}
        </Show>
      </Suspense>
      <Show when={inviting()}>
        <InviteDialog
          onClose={() => {
            setInviting(false);
            again();
          }}
        />
      </Show>
    </Page>
  );
}
