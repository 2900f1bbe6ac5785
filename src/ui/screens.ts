import type { Component } from "solid-js";

/** One screen: how it is called, where it stands, and what must be there before it shows anything. */
export interface Screen {
  readonly name: string;
  /** The first one opens it; `:id` stands for a thing of the `sample`. */
  readonly paths: readonly string[];
  readonly load: () => Promise<{ readonly default: Component }>;
  /** Opens without a workspace: how to get one. */
  readonly outside?: boolean;
  /** What `:id` is in a filled workspace. */
  readonly sample?: "order" | "customer" | "product";
}

/**
 * Every screen. Feeds the router, the pictures (`npm run screens`) and the tests for accessibility, zoom and cold
 * offline starts, so that none is left out of any.
 */
export const screens: readonly Screen[] = [
  {
    name: "welcome",
    paths: ["/welcome"],
    outside: true,
    load: () => import("./welcome/Welcome.tsx").then(({ Welcome }) => ({ default: Welcome })),
  },
  {
    name: "start",
    paths: ["/start"],
    outside: true,
    load: () =>
      import("./welcome/StartWorkspace.tsx").then(({ StartWorkspace }) => ({ default: StartWorkspace })),
  },
  {
    name: "begin-here",
    paths: ["/begin"],
    outside: true,
    load: () => import("./welcome/BeginHere.tsx").then(({ BeginHere }) => ({ default: BeginHere })),
  },
  {
    name: "join",
    paths: ["/join"],
    outside: true,
    load: () =>
      import("./welcome/JoinWorkspace.tsx").then(({ JoinWorkspace }) => ({ default: JoinWorkspace })),
  },
  {
    name: "orders",
    paths: ["/orders"],
    load: () => import("./orders/OrderList.tsx").then(({ OrderList }) => ({ default: OrderList })),
  },
  {
    // One screen under both addresses: starting the order changes the address, not the screen.
    name: "new-order",
    paths: ["/orders/new", "/orders/:id"],
    load: () => import("./orders/OrderScreen.tsx").then(({ OrderScreen }) => ({ default: OrderScreen })),
    sample: "order",
  },
  {
    name: "customers",
    paths: ["/customers"],
    load: () =>
      import("./catalogue/CustomerList.tsx").then(({ CustomerList }) => ({ default: CustomerList })),
  },
  {
    name: "new-customer",
    paths: ["/customers/new"],
    load: () => import("./catalogue/CustomerForm.tsx").then(({ NewCustomer }) => ({ default: NewCustomer })),
  },
  {
    name: "customer",
    paths: ["/customers/:id"],
    load: () =>
      import("./catalogue/CustomerPage.tsx").then(({ CustomerPage }) => ({ default: CustomerPage })),
    sample: "customer",
  },
  {
    name: "edit-customer",
    paths: ["/customers/:id/edit"],
    load: () =>
      import("./catalogue/CustomerForm.tsx").then(({ EditCustomer }) => ({ default: EditCustomer })),
    sample: "customer",
  },
  {
    name: "products",
    paths: ["/products"],
    load: () => import("./catalogue/ProductList.tsx").then(({ ProductList }) => ({ default: ProductList })),
  },
  {
    name: "new-product",
    paths: ["/products/new/form"],
    load: () => import("./catalogue/ProductForm.tsx").then(({ NewProduct }) => ({ default: NewProduct })),
  },
  {
    name: "product",
    paths: ["/products/:id"],
    load: () => import("./catalogue/ProductPage.tsx").then(({ ProductPage }) => ({ default: ProductPage })),
    sample: "product",
  },
  {
    name: "edit-product",
    paths: ["/products/:id/edit"],
    load: () => import("./catalogue/ProductForm.tsx").then(({ EditProduct }) => ({ default: EditProduct })),
    sample: "product",
  },
  {
    name: "stock",
    paths: ["/stock"],
    load: () => import("./catalogue/StockList.tsx").then(({ StockList }) => ({ default: StockList })),
  },
  {
    name: "import",
    paths: ["/import"],
    load: () => import("./import/ImportScreen.tsx").then(({ ImportScreen }) => ({ default: ImportScreen })),
  },
  {
    name: "outbox",
    paths: ["/outbox"],
    load: () => import("./outbox/Outbox.tsx").then(({ Outbox }) => ({ default: Outbox })),
  },
  {
    name: "more",
    paths: ["/more"],
    load: () => import("./settings/More.tsx").then(({ More }) => ({ default: More })),
  },
  {
    name: "settings",
    paths: ["/settings"],
    load: () => import("./settings/Settings.tsx").then(({ Settings }) => ({ default: Settings })),
  },
  {
    name: "devices",
    paths: ["/devices"],
    load: () => import("./devices/Devices.tsx").then(({ Devices }) => ({ default: Devices })),
  },
];
