/** What a field was before a burst fell into it. */
export interface Before {
  readonly element: Element;
  readonly value: string;
  /** Where the caret or the selection was; undefined in fields that do not tell (a date, a choice). */
  readonly selection?: readonly [number, number, "forward" | "backward" | "none"];
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

/** Notes what a key may change; undefined where keys change nothing. */
export function noteBefore(element: Element | null): Before | undefined {
  if (element instanceof HTMLSelectElement) return { element, value: element.value };
  if (!isTextField(element)) return undefined;
  const { selectionStart: start, selectionEnd: end, selectionDirection } = element;
  if (start === null || end === null) return { element, value: element.value };
  return { element, value: element.value, selection: [start, end, selectionDirection ?? "none"] };
}

/** Whether exactly this text came into the field, or what of it the field had room for: else other hands typed too. */
export function holdsOnly(before: Before, text: string): boolean {
  const { element, value, selection } = before;
  if (selection === undefined || !isTextField(element)) return true;
  const [start, end] = selection;
  const [head, tail] = [value.slice(0, start), value.slice(end)];
  const now = element.value;
  if (now === value) return true;
  if (!now.startsWith(head) || !now.endsWith(tail) || now.length < head.length + tail.length) return false;
  return text.startsWith(now.slice(head.length, now.length - tail.length));
}

/** What came into a field since then, where nothing else of it changed; nothing where that cannot be told. */
export function insertedInto({ element, value, selection }: Before): string {
  if (selection === undefined || !isTextField(element)) return "";
  const [head, tail] = [value.slice(0, selection[0]), value.slice(selection[1])];
  const now = element.value;
  const isIn = now.startsWith(head) && now.endsWith(tail) && now.length >= head.length + tail.length;
  return isIn && now !== value ? now.slice(head.length, now.length - tail.length) : "";
}

/**
 * Gives a field its former text and selection back, and behind it `typed`, which was no part of the scan; a choice and a
 * day hold no text behind what they are. The field is told as if somebody had typed it, so whatever reads it knows.
 */
export function takeBack({ element, value, selection }: Before, typed: string): void {
  if (!element.isConnected || !(element instanceof HTMLSelectElement || isTextField(element))) return;
  const [start, end, direction] = selection ?? [value.length, value.length, "none"];
  const isText = !(element instanceof HTMLSelectElement) && element.type !== "date";
  const wanted = typed === "" || !isText ? value : `${value.slice(0, start)}${typed}${value.slice(end)}`;
  if (element.value !== wanted) {
    element.value = wanted;
    element.dispatchEvent(new InputEvent("input", { bubbles: true }));
    if (element instanceof HTMLSelectElement) element.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (selection === undefined || element instanceof HTMLSelectElement) return;
  if (typed === "") element.setSelectionRange(start, end, direction);
  else element.setSelectionRange(start + typed.length, start + typed.length);
}

/** Whether text can be typed into an element. */
export function isTextField(element: Element | null): element is TextField {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && !keyless.has(element.type);
}

const keyless: ReadonlySet<string> = new Set([
  "button",
  "submit",
  "reset",
  "checkbox",
  "radio",
  "file",
  "image",
]);
