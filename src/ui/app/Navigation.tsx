import { A, useLocation } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import {
  type IconComponent,
  IconCustomers,
  IconDevices,
  IconEvents,
  IconImport,
  IconMore,
  IconOrders,
  IconOutbox,
  IconPlus,
  IconProducts,
  IconSettings,
  IconStock,
  IconWebhooks,
} from "../design/icons.tsx";
import { Logo } from "../design/Logo.tsx";
import { useNewIdentities } from "../devices/new-identities.tsx";
import { appWords } from "../words/app-words.ts";
import { valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";

interface Destination {
  readonly href: string;
  readonly label: string;
  readonly icon: IconComponent;
  readonly only?: "phone" | "desktop";
  readonly kind?: "new" | "outbox";
}

const { nav } = appWords;

const destinations: readonly Destination[] = [
  { href: "/orders/new", label: nav.newOrder, icon: IconPlus, kind: "new", only: "desktop" },
  { href: "/orders", label: nav.orders, icon: IconOrders },
  { href: "/customers", label: nav.customers, icon: IconCustomers },
  { href: "/orders/new", label: nav.new, icon: IconPlus, kind: "new", only: "phone" },
  { href: "/products", label: nav.products, icon: IconProducts },
  { href: "/stock", label: nav.stock, icon: IconStock, only: "desktop" },
  { href: "/outbox", label: nav.outbox, icon: IconOutbox, kind: "outbox", only: "desktop" },
  { href: "/import", label: nav.import, icon: IconImport, only: "desktop" },
  { href: "/devices", label: nav.devices, icon: IconDevices, only: "desktop" },
  { href: "/webhooks", label: nav.webhooks, icon: IconWebhooks, only: "desktop" },
  { href: "/events", label: nav.events, icon: IconEvents, only: "desktop" },
  { href: "/settings", label: nav.settings, icon: IconSettings, only: "desktop" },
  { href: "/more", label: nav.more, icon: IconMore, only: "phone", kind: "outbox" },
];

const underMore = ["/more", "/stock", "/outbox", "/import", "/devices", "/webhooks", "/events", "/settings"];

/** The main navigation: a bar below on phones, a column at the side on desktops. */
export function Navigation() {
  const workspace = useWorkspace();
  const location = useLocation();
  const parked = () => valueOr(workspace.waiting(), undefined)?.parked ?? 0;
  const identities = useNewIdentities();
  /** On a phone the devices are behind More, whose badge says first what needs somebody. */
  const isMarked = ({ href }: Destination) =>
    identities.isNew() && (href === "/devices" || (href === "/more" && parked() === 0));
  const isHere = (destination: Destination) => {
    const path = location.pathname;
    if (destination.href === "/more") return underMore.some((below) => path.startsWith(below));
    if (destination.href === "/orders") return path.startsWith("/orders") && path !== "/orders/new";
    return path.startsWith(destination.href);
  };
  return (
    <nav class="nav" aria-label={appWords.mainNavigation}>
      <div class="nav-brand">
        <Logo size={36} />
        <span>
          {appWords.name}
          <small>{workspace.settings()?.name ?? workspace.device.identity().workspaceName}</small>
        </span>
      </div>
      <For each={destinations}>
        {(destination) => (
          <A
            class="nav-item"
            href={destination.href}
            data-only={destination.only}
            data-kind={destination.kind}
            aria-current={isHere(destination) ? "page" : undefined}
          >
            <Dynamic component={destination.icon} />
            <span>{destination.label}</span>
            <Show when={destination.kind === "outbox" && parked() > 0}>
              <span class="nav-badge">
                <span aria-hidden="true">{workspace.format().number(parked())}</span>
                <span class="visually-hidden">{appWords.needsYou(workspace.format().number(parked()))}</span>
              </span>
            </Show>
            <Show when={isMarked(destination)}>
              <span class="nav-badge" data-kind="mark">
                <span class="visually-hidden">{appWords.newIdentity}</span>
              </span>
            </Show>
          </A>
        )}
      </For>
    </nav>
  );
}
