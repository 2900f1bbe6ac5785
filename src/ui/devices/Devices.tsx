import { createEffect, createSignal, Show, untrack } from "solid-js";
import { listDevices } from "../../sync/calls/devices.ts";
import { Button } from "../design/Button.tsx";
import { IconDevices, IconPlus } from "../design/icons.tsx";
import { Keyed, List } from "../design/List.tsx";
import { Page } from "../design/Page.tsx";
import { useFormScans } from "../scan/use-form-scans.ts";
import { createFetched } from "../workspace/create-fetched.ts";
import { FetchedList } from "../workspace/FetchedList.tsx";
import { OwnersOnly } from "../workspace/OwnersOnly.tsx";
import { DeviceRow } from "./DeviceRow.tsx";
import { deviceWords as words } from "./device-words.ts";
import { InviteDialog } from "./InviteDialog.tsx";
import { groupDevices, lastTakeOver } from "./lineages.ts";
import { useNewIdentities } from "./new-identities.tsx";

/** The devices of the business, for its owners: which have joined, inviting, taking access back. Asks the server. */
export function Devices() {
  return (
    <OwnersOnly icon={IconDevices} words={words}>
      <DeviceList />
    </OwnersOnly>
  );
}

function DeviceList() {
  const [inviting, setInviting] = createSignal(false);
  useFormScans();
  const devices = createFetched(listDevices);
  // What is new stays marked while this screen is open, and is seen when it opens again.
  const identities = useNewIdentities();
  const seenUntil = untrack(identities.seenUntil);
  createEffect(() => {
    const last = lastTakeOver(devices.value() ?? []);
    if (last !== undefined) identities.noteSeen(last);
  });
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
      <FetchedList fetched={devices} words={words}>
        {(known) => (
          <List label={words.title}>
            <Keyed each={groupDevices(known())} by={({ root }) => root}>
              {(lineage) => <DeviceRow lineage={lineage()} seenUntil={seenUntil} onChanged={devices.again} />}
            </Keyed>
          </List>
        )}
      </FetchedList>
      <Show when={inviting()}>
        <InviteDialog
          onClose={() => {
            setInviting(false);
            devices.again();
          }}
        />
      </Show>
    </Page>
  );
}
