/** The kinds of stream that this build can read. Each has one class of writers. */
export type StreamKind = "order" | "customer" | "product" | "stock" | "workspace" | "allocation" | "level";

/** The name of a stream, `<kind>/<id>`: the partition key. Ids are lower-case UUIDs, or an encoded SKU. */
export type StreamKey = `${string}/${string}`;

/** The longest id of a stream in UTF-8 bytes, percent-encoding included. */
export const streamIdBytesMax = 64;

/** The stream of one order. */
export function orderStream(id: string): StreamKey {
  return `order/${id}`;
}

/** The stream of one customer. */
export function customerStream(id: string): StreamKey {
  return `customer/${id}`;
}

/** The stream of one product's description. `sku` as people type it; may be undefined when it is no valid SKU. */
export function findProductStream(sku: string): StreamKey | undefined {
  const id = findSkuId(sku);
  return id === undefined ? undefined : `product/${id}`;
}

/** The stream of one product's stock. */
export function findStockStream(sku: string): StreamKey | undefined {
  const id = findSkuId(sku);
  return id === undefined ? undefined : `stock/${id}`;
}

/** What inventory says to an order; written by it alone. */
export function allocationStream(orderId: string): StreamKey {
  return `allocation/${orderId}`;
}

/** What inventory says is there of a SKU, by the id of its streams; written by it alone. */
export function levelStream(skuId: string): StreamKey {
  return `level/${skuId}`;
}

/** The stream of a workspace's settings. */
export function workspaceStream(id: string): StreamKey {
  return `workspace/${id}`;
}

/** The kind in a stream key, which may be one that this build does not know. */
export function kindOf(stream: string): string {
  return stream.slice(0, stream.indexOf("/"));
}

/** The id in a stream key. */
export function idOf(stream: string): string {
  return stream.slice(stream.indexOf("/") + 1);
}

/** A SKU as it is kept and compared: trimmed, upper case, NFC (again, since upper case takes some letters apart). */
export function normalizeSku(sku: string): string {
  return sku.normalize("NFC").trim().toUpperCase().normalize("NFC");
}

/** The id of a SKU's streams, or undefined where it is empty, ill-formed or longer than 64 bytes encoded. */
export function findSkuId(sku: string): string | undefined {
  const normal = normalizeSku(sku);
  if (normal === "" || !isText(normal)) return undefined;
  const id = encodeURIComponent(normal);
  return id.length <= streamIdBytesMax ? id : undefined;
}

/** The SKU as it is kept and compared, from the id of its streams. */
export function skuOfId(id: string): string {
  return decodeURIComponent(id);
}

/** Whether this is text that every part of Docket can keep: well-formed Unicode without U+0000. */
export function isText(value: string): boolean {
  return !value.includes("\u0000") && !/\p{Surrogate}/u.test(value);
}
