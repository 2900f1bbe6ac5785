/**
 * The one thing that this floor needs and ES2023 lacks: browsers, workers and Node all do. Declared here, because
 * TypeScript's DOM library would bring everything else along.
 * Source: https://encoding.spec.whatwg.org/#interface-textencoder
 */
declare class TextEncoder {
  /** The UTF-8 bytes of `text`; lone surrogates become U+FFFD. */
  encode(text?: string): Uint8Array<ArrayBuffer>;
  /** The same into bytes that are there, as far as they reach; `written` are the bytes that it took. */
  encodeInto(text: string, bytes: Uint8Array): { readonly read: number; readonly written: number };
}
