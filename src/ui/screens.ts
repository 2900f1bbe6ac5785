import type { Component } from "solid-js";

/** What `:id` stands for in a filled workspace. */
export type Sample = "draft-order" | "placed-order" | "customer" | "product" | "event";

/** One way to look at a screen: its name among pictures and tests, its address, and the thing that it shows. */
export interface Visit {
  readonly name: string;
  readonly path: string;
  readonly sample?: Sample;
}

/** One screen: its addresses, how it is loaded, and how to look at it. */
export interface Screen {
  readonly paths: readonly string[];
  readonly load: () => Promise<{ readonly default: Component }>;
  /** Opens without a workspace: how to get one. */
  readonly outside?: boolean;
  readonly visits: readonly Visit[];
}

/**
 * Every screen. Feeds the router, the pictures (`npm run screens`) and the tests for accessibility, zoom and cold
 * offline starts, so that none is left out of any.
 */
export const screens: readonly Screen[] = [
  {
    paths: ["/welcome"],
    outside: true,
    load: () => import("./welcome/Welcome.tsx").then(({ Welcome }) => ({ default: Welcome })),
    visits: [{ name: "welcome", path: "/welcome" }],
  },
  {
    paths: ["/start"],
    outside: true,
    load: () =>
      import("./welcome/StartWorkspace.tsx").then(({ StartWorkspace }) => ({ default: StartWorkspace })),
    visits: [{ name: "start", path: "/start" }],
  },
  {
    paths: ["/begin"],
    outside: true,
    load: () => import("./welcome/BeginHere.tsx").then(({ BeginHere }) => ({ default: BeginHere })),
    visits: [{ name: "begin-here", path: "/begin" }],
  },
  {
    paths: ["/join"],
    outside: true,
    load: () =>
      import("./welcome/JoinWorkspace.tsx").then(({ JoinWorkspace }) => ({ default: JoinWorkspace })),
    visits: [{ name: "join", path: "/join" }],
  },
  {
    paths: ["/orders"],
    load: () => import("./orders/OrderList.tsx").then(({ OrderList }) => ({ default: OrderList })),
    visits: [{ name: "orders", path: "/orders" }],
  },
  {
    // One screen under both addresses: starting the order changes the address, not the screen.
    paths: ["/orders/new", "/orders/:id"],
    load: () => import("./orders/OrderScreen.tsx").then(({ OrderScreen }) => ({ default: OrderScreen })),
    visits: [
      { name: "new-order", path: "/orders/new" },
      { name: "draft-order", path: "/orders/:id", sample: "draft-order" },
      { name: "order", path: "/orders/:id", sample: "placed-order" },
    ],
  },
  {
    paths: ["/orders/:id/journey"],
    load: () =>
      import("./journey/JourneyScreen.tsx").then(({ JourneyScreen }) => ({ default: JourneyScreen })),
    visits: [{ name: "journey", path: "/orders/:id/journey", sample: "placed-order" }],
  },
  {
    paths: ["/customers"],
    load: () =>
      import("./catalogue/CustomerList.tsx").then(({ CustomerList }) => ({ default: CustomerList })),
    visits: [{ name: "customers", path: "/customers" }],
  },
  {
    paths: ["/customers/new"],
    load: () => import("./catalogue/CustomerForm.tsx").then(({ NewCustomer }) => ({ default: NewCustomer })),
    visits: [{ name: "new-customer", path: "/customers/new" }],
  },
  {
    paths: ["/customers/:id"],
    load: () =>
      import("./catalogue/CustomerPage.tsx").then(({ CustomerPage }) => ({ default: CustomerPage })),
    visits: [{ name: "customer", path: "/customers/:id", sample: "customer" }],
  },
  {
    paths: ["/customers/:id/edit"],
    load: () =>
      import("./catalogue/CustomerForm.tsx").then(({ EditCustomer }) => ({ default: EditCustomer })),
    visits: [{ name: "edit-customer", path: "/customers/:id/edit", sample: "customer" }],
  },
  {
    paths: ["/products"],
    load: () => import("./catalogue/ProductList.tsx").then(({ ProductList }) => ({ default: ProductList })),
    visits: [{ name: "products", path: "/products" }],
  },
  {
    paths: ["/products/new/form"],
    load: () => import("./catalogue/ProductForm.tsx").then(({ NewProduct }) => ({ default: NewProduct })),
    visits: [{ name: "new-product", path: "/products/new/form" }],
  },
  {
    paths: ["/products/:id"],
    load: () => import("./catalogue/ProductPage.tsx").then(({ ProductPage }) => ({ default: ProductPage })),
    visits: [{ name: "product", path: "/products/:id", sample: "product" }],
  },
  {
    paths: ["/products/:id/edit"],
    load: () => import("./catalogue/ProductForm.tsx").then(({ EditProduct }) => ({ default: EditProduct })),
    visits: [{ name: "edit-product", path: "/products/:id/edit", sample: "product" }],
  },
  {
    paths: ["/stock"],
    load: () => import("./catalogue/StockList.tsx").then(({ StockList }) => ({ default: StockList })),
    visits: [{ name: "stock", path: "/stock" }],
  },
  {
    paths: ["/stock/entry"],
    load: () =>
      import("./catalogue/StockEntry.tsx").then(({ StockEntryScreen }) => ({ default: StockEntryScreen })),
    visits: [{ name: "stock-entry", path: "/stock/entry" }],
  },
  {
    paths: ["/import"],
    load: () => import("./import/ImportScreen.tsx").then(({ ImportScreen }) => ({ default: ImportScreen })),
    visits: [{ name: "import", path: "/import" }],
  },
  {
    paths: ["/outbox"],
    load: () => import("./outbox/Outbox.tsx").then(({ Outbox }) => ({ default: Outbox })),
    visits: [{ name: "outbox", path: "/outbox" }],
  },
  {
    paths: ["/more"],
    load: () => import("./settings/More.tsx").then(({ More }) => ({ default: More })),
    visits: [{ name: "more", path: "/more" }],
  },
  {
    paths: ["/settings"],
    load: () => import("./settings/Settings.tsx").then(({ Settings }) => ({ default: Settings })),
    visits: [{ name: "settings", path: "/settings" }],
  },
  {
    paths: ["/devices"],
    load: () => import("./devices/Devices.tsx").then(({ Devices }) => ({ default: Devices })),
    visits: [{ name: "devices", path: "/devices" }],
  },
  {
    paths: ["/webhooks"],
    load: () => import("./webhooks/Webhooks.tsx").then(({ Webhooks }) => ({ default: Webhooks })),
    visits: [{ name: "webhooks", path: "/webhooks" }],
  },
  {
    paths: ["/events"],
    load: () => import("./events/EventList.tsx").then(({ EventList }) => ({ default: EventList })),
    visits: [{ name: "events", path: "/events" }],
  },
  {
    paths: ["/events/:id"],
    load: () => import("./events/EventPage.tsx").then(({ EventPage }) => ({ default: EventPage })),
    visits: [{ name: "event", path: "/events/:id", sample: "event" }],
  },
];
