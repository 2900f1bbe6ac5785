import {
  type Accessor,
  createContext,
  createMemo,
  getOwner,
  type JSX,
  onCleanup,
  runWithOwner,
  useContext,
} from "solid-js";
import type { OrderSearch } from "../../device/views/order-search.ts";
import { listCustomers, listProducts } from "../../device/views/queries.ts";
import { listStock, type StockView } from "../../device/views/stock-figures.ts";
import { createLive, type Loaded, valueOr } from "./create-live.ts";
import { type CustomerIndex, makeCustomerIndex } from "./customer-search.ts";
import { makeLateOrderSearch } from "./late-order-search.ts";
import { makeProductIndex, type ProductIndex } from "./product-search.ts";
import { useWorkspace } from "./workspace-context.tsx";

/** What orders are written from. Each is read when it is first asked for and kept live from then on. */
export interface Catalogue {
  readonly products: () => Accessor<Loaded<ProductIndex>>;
  readonly customers: () => Accessor<Loaded<CustomerIndex>>;
  readonly stock: () => Accessor<ReadonlyMap<string, StockView>>;
  /** The search of all orders. */
  readonly orders: () => OrderSearch;
}

const CatalogueContext = createContext<Catalogue>();

/** Keeps customers, products and stock in memory across screens: 10,000 products are read once, not per order. */
export function CatalogueProvider(props: { readonly children: JSX.Element }) {
  const workspace = useWorkspace();
  const device = () => workspace.device;
  // Whichever screen asks first, the answer lives as long as this provider.
  const owner = getOwner();
  const once = <Value,>(make: () => Value): (() => Value) => {
    let made: { readonly value: Value } | undefined;
    return () => {
      made ??= { value: runWithOwner(owner, make) as Value };
      return made.value;
    };
  };
  const catalogue: Catalogue = {
    products: once(() => {
      let index: ProductIndex | undefined;
      return createLive(device, async ({ db }) => {
        index = makeProductIndex(await listProducts(db), index);
        return index;
      });
    }),
    customers: once(() => {
      let index: CustomerIndex | undefined;
      return createLive(device, async ({ db }) => {
        index = makeCustomerIndex(await listCustomers(db), index);
        return index;
      });
    }),
    stock: once(() => {
      const loaded = createLive(device, ({ db }) => listStock(db));
      return createMemo(() => valueOr(loaded(), new Map<string, StockView>()));
    }),
    orders: once(() => {
      const search = makeLateOrderSearch(workspace.device.db);
      onCleanup(search.stop);
      return search;
    }),
  };
  return <CatalogueContext.Provider value={catalogue}>{props.children}</CatalogueContext.Provider>;
}

/** Customers, products and stock. */
export function useCatalogue(): Catalogue {
  const catalogue = useContext(CatalogueContext);
  if (catalogue === undefined) throw new Error("expected to be inside a CatalogueProvider");
  return catalogue;
}
