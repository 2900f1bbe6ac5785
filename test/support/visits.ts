import { screens } from "../../src/ui/screens.ts";

/** What `:id` stands for in a filled workspace. */
export type Sample = "draft-order" | "placed-order" | "customer" | "product" | "event";

/** One way to look at a screen: its name among pictures and tests, its address, and the thing that it shows. */
export interface Visit {
  readonly name: string;
  readonly path: string;
  readonly sample?: Sample;
  /** Opens without a workspace. */
  readonly outside: boolean;
}

/** How to look at the screens, by their first address. */
const looks: Readonly<Record<string, readonly Omit<Visit, "outside">[]>> = {
  "/welcome": [{ name: "welcome", path: "/welcome" }],
  "/start": [{ name: "start", path: "/start" }],
  "/begin": [{ name: "begin-here", path: "/begin" }],
  "/join": [{ name: "join", path: "/join" }],
  "/orders": [{ name: "orders", path: "/orders" }],
  "/orders/new": [
    { name: "new-order", path: "/orders/new" },
    { name: "draft-order", path: "/orders/:id", sample: "draft-order" },
    { name: "order", path: "/orders/:id", sample: "placed-order" },
  ],
  "/orders/:id/journey": [{ name: "journey", path: "/orders/:id/journey", sample: "placed-order" }],
  "/customers": [{ name: "customers", path: "/customers" }],
  "/customers/new": [{ name: "new-customer", path: "/customers/new" }],
  "/customers/:id": [{ name: "customer", path: "/customers/:id", sample: "customer" }],
  "/customers/:id/edit": [{ name: "edit-customer", path: "/customers/:id/edit", sample: "customer" }],
  "/products": [{ name: "products", path: "/products" }],
  "/products/new/form": [{ name: "new-product", path: "/products/new/form" }],
  "/products/:id": [{ name: "product", path: "/products/:id", sample: "product" }],
  "/products/:id/edit": [{ name: "edit-product", path: "/products/:id/edit", sample: "product" }],
  "/stock": [{ name: "stock", path: "/stock" }],
  "/stock/entry": [{ name: "stock-entry", path: "/stock/entry" }],
  "/import": [{ name: "import", path: "/import" }],
  "/outbox": [{ name: "outbox", path: "/outbox" }],
  "/more": [{ name: "more", path: "/more" }],
  "/settings": [{ name: "settings", path: "/settings" }],
  "/devices": [{ name: "devices", path: "/devices" }],
  "/webhooks": [{ name: "webhooks", path: "/webhooks" }],
  "/events": [{ name: "events", path: "/events" }],
  "/events/:id": [{ name: "event", path: "/events/:id", sample: "event" }],
};

/**
 * Every way to look at every screen: for the pictures (`npm run screens`) and the tests for accessibility, zoom and cold
 * offline starts, so that none is left out of any.
 */
export const visits: readonly Visit[] = screens.flatMap(({ paths, outside = false }) => {
  const [first = ""] = paths;
  const ways = looks[first];
  if (ways === undefined) throw new Error(`expected a way to look at the screen ${first}, found none`);
  return ways.map((look) => ({ ...look, outside }));
});
