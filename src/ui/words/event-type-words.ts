/** A kind of event as people read it: `order-placed` is “Order placed”. */
export function eventTypeWords(type: string): string {
  const words = type.slice(type.indexOf("/") + 1).replaceAll("-", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
