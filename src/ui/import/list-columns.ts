/** The lists that can be imported, each from a file of its own. */
export const listNames = [
  "customers",
  "products",
  "orders",
  "orderLines",
  "stockReceipts",
  "stockCounts",
] as const;
export type ListName = (typeof listNames)[number];

/** Those that whoever handles goods may import; all others are the owner's. */
export const stockListNames = ["stockReceipts", "stockCounts"] as const satisfies readonly ListName[];

/**
 * One column. `names` are the headers it goes by, compared by `columnKey`; the first is the one in our templates
 * and messages. `unclear` are headers that could mean it or something else: they are asked about, never guessed.
 */
export interface Column<Field extends string = string> {
  readonly field: Field;
  readonly names: readonly [string, ...string[]];
  readonly needed?: true;
  readonly unclear?: readonly string[];
}

const address = <Prefix extends string>(prefix: Prefix) => {
  const named = (...names: readonly string[]) =>
    names.map((name) => `${prefix}${name}`) as [string, ...string[]];
  return {
    street: named("address", "street", "address_1", "address1", "street_address"),
    city: named("city", "town", "place"),
    region: named("region", "state", "county", "province"),
    postalCode: named("postal_code", "postcode", "zip", "zip_code", "postalcode", "plz"),
    country: named("country", "country_name", "country_code"),
  };
};
const home = address("");
const ship = address("ship_");
const reference = [
  "order_id",
  "order_number",
  "order_no",
  "order",
  "orderid",
  "external_ref",
  "number",
] as const;
const skuNames = [
  "sku",
  "product_id",
  "product_code",
  "article",
  "article_number",
  "item",
  "item_number",
  "item_no",
  "productid",
] as const;

/** The columns of every list. */
export const listColumns = {
  customers: [
    {
      field: "code",
      names: [
        "customer_id",
        "customer_code",
        "code",
        "customer_number",
        "customer_no",
        "account",
        "account_number",
        "customerid",
        "id",
      ],
      needed: true,
    },
    {
      field: "company",
      names: ["company", "company_name", "name", "customer", "customer_name", "companyname", "business"],
      needed: true,
    },
    { field: "contactName", names: ["contact", "contact_name", "contact_person", "contactname"] },
    {
      field: "contactTitle",
      names: ["contact_title", "contacttitle", "title", "job_title", "position"],
    },
    { field: "email", names: ["email", "e_mail", "mail", "email_address"] },
    { field: "phone", names: ["phone", "telephone", "tel", "phone_number", "mobile"] },
    { field: "note", names: ["note", "notes", "remark", "remarks", "comment"] },
    { field: "street", names: home.street },
    { field: "city", names: home.city },
    { field: "region", names: home.region },
    { field: "postalCode", names: home.postalCode },
    { field: "country", names: home.country },
    { field: "archived", names: ["archived", "inactive"] },
  ],
  products: [
    { field: "sku", names: skuNames, needed: true },
    {
      field: "name",
      names: ["name", "product_name", "product", "title", "description", "productname"],
      needed: true,
    },
    {
      field: "price",
      names: ["unit_price", "price", "sales_price", "list_price", "net_price", "unitprice"],
      needed: true,
    },
    { field: "category", names: ["category", "category_name", "group", "product_group", "categoryname"] },
    { field: "unit", names: ["unit", "units", "packaging", "quantity_per_unit", "quantityperunit", "uom"] },
    {
      field: "tax",
      names: ["tax_percent", "tax_rate_percent", "vat_percent"],
      unclear: ["tax", "vat", "tax_rate"],
    },
    { field: "barcode", names: ["barcode", "barcodes", "ean", "gtin", "upc"] },
    { field: "minQuantity", names: ["min_quantity", "minimum_quantity", "minimum", "min_order"] },
    { field: "stepQuantity", names: ["step_quantity", "step", "order_multiple", "multiple"] },
    { field: "inStock", names: ["in_stock", "stock", "on_hand", "units_in_stock", "unitsinstock"] },
    { field: "reorderLevel", names: ["reorder_level", "reorder_point", "min_stock", "reorderlevel"] },
    { field: "archived", names: ["discontinued", "archived", "inactive"] },
  ],
  orders: [
    { field: "ref", names: reference, needed: true },
    {
      field: "customer",
      names: ["customer_id", "customer_code", "customer_number", "customer_no", "customerid", "customer"],
      needed: true,
    },
    { field: "orderedOn", names: ["ordered_on", "order_date", "ordered", "date", "orderdate"], needed: true },
    {
      field: "wantedOn",
      names: ["required_on", "wanted_on", "required_date", "delivery_date", "due_date", "requireddate"],
    },
    { field: "shippedOn", names: ["shipped_on", "shipped_date", "ship_date", "shipped", "shippeddate"] },
    { field: "freight", names: ["freight", "shipping", "shipping_cost", "delivery_charge"] },
    { field: "reference", names: ["customer_reference", "reference", "po_number", "purchase_order"] },
    { field: "note", names: ["note", "notes", "remark", "remarks", "comment"] },
    { field: "discount", names: ["discount_percent"], unclear: ["discount"] },
    { field: "currency", names: ["currency", "currency_code"] },
    { field: "shipName", names: ["ship_name", "ship_to", "recipient", "shipname"] },
    { field: "shipStreet", names: ship.street },
    { field: "shipCity", names: ship.city },
    { field: "shipRegion", names: ship.region },
    { field: "shipPostalCode", names: ship.postalCode },
    { field: "shipCountry", names: ship.country },
  ],
  orderLines: [
    { field: "ref", names: reference, needed: true },
    { field: "sku", names: skuNames, needed: true },
    { field: "price", names: ["unit_price", "price", "sales_price", "net_price", "unitprice"], needed: true },
    { field: "quantity", names: ["quantity", "qty", "count", "pieces"], needed: true },
    { field: "discount", names: ["discount_percent"], unclear: ["discount"] },
    {
      field: "tax",
      names: ["tax_percent", "tax_rate_percent", "vat_percent"],
      unclear: ["tax", "vat", "tax_rate"],
    },
    { field: "name", names: ["name", "product_name", "description", "productname"] },
    { field: "unit", names: ["unit", "units", "uom"] },
    { field: "note", names: ["note", "notes", "remark", "remarks", "comment"] },
  ],
  stockReceipts: [
    {
      field: "ref",
      names: ["receipt_id", "receipt", "receipt_number", "receipt_no", "delivery_note", "goods_receipt"],
      needed: true,
    },
    { field: "sku", names: skuNames, needed: true },
    {
      field: "quantity",
      names: ["received", "quantity_received", "received_quantity", "quantity", "qty"],
      needed: true,
    },
  ],
  stockCounts: [
    {
      field: "ref",
      names: ["count_id", "count_number", "count_no", "stocktake", "stock_take", "inventory_id"],
      needed: true,
    },
    { field: "sku", names: skuNames, needed: true },
    {
      field: "quantity",
      names: ["counted", "quantity_counted", "counted_quantity", "quantity", "qty"],
      needed: true,
    },
  ],
} as const satisfies Readonly<Record<ListName, readonly Column[]>> as {
  readonly [List in ListName]: readonly Column<Fields[List]>[];
};

interface Fields {
  readonly stockReceipts: "ref" | "sku" | "quantity";
  readonly stockCounts: "ref" | "sku" | "quantity";
  readonly customers:
    | "code"
    | "company"
    | "contactName"
    | "contactTitle"
    | "email"
    | "phone"
    | "note"
    | "street"
    | "city"
    | "region"
    | "postalCode"
    | "country"
    | "archived";
  readonly products:
    | "sku"
    | "name"
    | "price"
    | "category"
    | "unit"
    | "tax"
    | "barcode"
    | "minQuantity"
    | "stepQuantity"
    | "inStock"
    | "reorderLevel"
    | "archived";
  readonly orders:
    | "ref"
    | "customer"
    | "orderedOn"
    | "wantedOn"
    | "shippedOn"
    | "freight"
    | "reference"
    | "note"
    | "discount"
    | "currency"
    | "shipName"
    | "shipStreet"
    | "shipCity"
    | "shipRegion"
    | "shipPostalCode"
    | "shipCountry";
  readonly orderLines: "ref" | "sku" | "price" | "quantity" | "discount" | "tax" | "name" | "unit" | "note";
}

/** The fields that a list's columns fill. */
export type FieldOf<List extends ListName> = Fields[List];
