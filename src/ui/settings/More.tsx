import { For } from "solid-js";
import { Dynamic } from "solid-js/web";
import {
  type IconComponent,
  IconDevices,
  IconEvents,
  IconForward,
  IconImport,
  IconOutbox,
  IconSettings,
  IconStock,
  IconWebhooks,
} from "../design/icons.tsx";
import { List, ListRow } from "../design/List.tsx";
import { Page } from "../design/Page.tsx";
import { Chip } from "../design/StatusChip.tsx";
import { useNewIdentities } from "../devices/new-identities.tsx";
import { appWords } from "../words/app-words.ts";

const { nav } = appWords;

const destinations: readonly {
  readonly href: string;
  readonly label: string;
  readonly icon: IconComponent;
}[] = [
  { href: "/outbox", label: nav.outbox, icon: IconOutbox },
  { href: "/stock", label: nav.stock, icon: IconStock },
  { href: "/import", label: nav.import, icon: IconImport },
  { href: "/devices", label: nav.devices, icon: IconDevices },
  { href: "/webhooks", label: nav.webhooks, icon: IconWebhooks },
  { href: "/events", label: nav.events, icon: IconEvents },
  { href: "/settings", label: nav.settings, icon: IconSettings },
];

/** On a phone: everything that does not fit into the bar below. */
export function More() {
  const identities = useNewIdentities();
  return (
    <Page title={nav.more} width="narrow">
      <List label={nav.more}>
        <For each={destinations}>
          {(destination) => (
            <ListRow
              href={destination.href}
              title={
                <span class="row">
                  <Dynamic component={destination.icon} />
                  {destination.label}
                </span>
              }
              sub={
                destination.href === "/devices" && identities.isNew() ? (
                  <Chip tone="wait">{appWords.newIdentity}</Chip>
                ) : undefined
              }
              side={<IconForward />}
            />
          )}
        </For>
      </List>
    </Page>
  );
}
