import type { Component } from "solid-js";

/** One screen: its addresses, and how it is loaded. */
export interface Screen {
  readonly paths: readonly string[];
  readonly load: () => Promise<{ readonly default: Component }>;
  /** Opens without a workspace: how to get one. */
  readonly outside?: boolean;
}

/** Every screen. Feeds the router; how each is looked at, by pictures and tests, is in `test/support/visits.ts`. */
export const screens: readonly Screen[] = [
  {
    paths: ["/welcome"],
    outside: true,
    load: () => import("./welcome/Welcome.tsx").then(({ Welcome }) => ({ default: Welcome })),
  },
  {
    paths: ["/start"],
    outside: true,
    load: () =>
      import("./welcome/StartWorkspace.tsx").then(({ StartWorkspace }) => ({ default: StartWorkspace })),
  },
  {
    paths: ["/begin"],
    outside: true,
    load: () => import("./welcome/BeginHere.tsx").then(({ BeginHere }) => ({ default: BeginHere })),
  },
  {
    paths: ["/join"],
    outside: true,
    load: () =>
      import("./welcome/JoinWorkspace.tsx").then(({ JoinWorkspace }) => ({ default: JoinWorkspace })),
  },
  {
    paths: ["/orders"],
    load: () => import("./orders/OrderList.tsx").then(({ OrderList }) => ({ default: OrderList })),
  },
  {
    // One screen under both addresses: starting the order changes the address, not the screen.
    paths: ["/orders/new", "/orders/:id"],
    load: () => import("./orders/OrderScreen.tsx").then(({ OrderScreen }) => ({ default: OrderScreen })),
  },
  {
    paths: ["/orders/:id/journey"],
    load: () =>
      import("./journey/JourneyScreen.tsx").then(({ JourneyScreen }) => ({ default: JourneyScreen })),
  },
  {
    paths: ["/customers"],
    load: () =>
      import("./catalogue/CustomerList.tsx").then(({ CustomerList }) => ({ default: CustomerList })),
  },
  {
    paths: ["/customers/new"],
    load: () => import("./catalogue/CustomerForm.tsx").then(({ NewCustomer }) => ({ default: NewCustomer })),
  },
  {
    paths: ["/customers/:id"],
    load: () =>
      import("./catalogue/CustomerPage.tsx").then(({ CustomerPage }) => ({ default: CustomerPage })),
  },
  {
    paths: ["/customers/:id/edit"],
    load: () =>
      import("./catalogue/CustomerForm.tsx").then(({ EditCustomer }) => ({ default: EditCustomer })),
  },
  {
    paths: ["/products"],
    load: () => import("./catalogue/ProductList.tsx").then(({ ProductList }) => ({ default: ProductList })),
  },
  {
    paths: ["/products/new/form"],
    load: () => import("./catalogue/ProductForm.tsx").then(({ NewProduct }) => ({ default: NewProduct })),
  },
  {
    paths: ["/products/:id"],
    load: () => import("./catalogue/ProductPage.tsx").then(({ ProductPage }) => ({ default: ProductPage })),
  },
  {
    paths: ["/products/:id/edit"],
    load: () => import("./catalogue/ProductForm.tsx").then(({ EditProduct }) => ({ default: EditProduct })),
  },
  {
    paths: ["/stock"],
    load: () => import("./catalogue/StockList.tsx").then(({ StockList }) => ({ default: StockList })),
  },
  {
    paths: ["/stock/entry"],
    load: () =>
      import("./catalogue/StockEntry.tsx").then(({ StockEntryScreen }) => ({ default: StockEntryScreen })),
  },
  {
    paths: ["/import"],
    load: () => import("./import/ImportScreen.tsx").then(({ ImportScreen }) => ({ default: ImportScreen })),
  },
  {
    paths: ["/outbox"],
    load: () => import("./outbox/Outbox.tsx").then(({ Outbox }) => ({ default: Outbox })),
  },
  {
    paths: ["/more"],
    load: () => import("./settings/More.tsx").then(({ More }) => ({ default: More })),
  },
  {
    paths: ["/settings"],
    load: () => import("./settings/Settings.tsx").then(({ Settings }) => ({ default: Settings })),
  },
  {
    paths: ["/devices"],
    load: () => import("./devices/Devices.tsx").then(({ Devices }) => ({ default: Devices })),
  },
  {
    paths: ["/webhooks"],
    load: () => import("./webhooks/Webhooks.tsx").then(({ Webhooks }) => ({ default: Webhooks })),
  },
  {
    paths: ["/events"],
    load: () => import("./events/EventList.tsx").then(({ EventList }) => ({ default: EventList })),
  },
  {
    paths: ["/events/:id"],
    load: () => import("./events/EventPage.tsx").then(({ EventPage }) => ({ default: EventPage })),
  },
];
