/** The one element below `root` of this role or tag that is called so. */
export function named<Kind extends HTMLElement = HTMLElement>(
  root: ParentNode,
  selector: string,
  name: string | RegExp,
): Kind {
  const found = findNamed<Kind>(root, selector, name);
  if (found === undefined) {
    const there = [...root.querySelectorAll<HTMLElement>(selector)].map(nameOf);
    throw new Error(`expected one ${selector} called ${name}, found ${JSON.stringify(there)}`);
  }
  return found;
}

/** The same where it may not be there. */
export function findNamed<Kind extends HTMLElement = HTMLElement>(
  root: ParentNode,
  selector: string,
  name: string | RegExp,
): Kind | undefined {
  const all = [...root.querySelectorAll<Kind>(selector)].filter((element) => {
    const called = nameOf(element);
    return typeof name === "string" ? called === name : name.test(called);
  });
  if (all.length > 1) throw new Error(`expected one ${selector} called ${name}, found ${all.length}`);
  return all[0];
}

function nameOf(element: HTMLElement): string {
  const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
  return (element.getAttribute("aria-label") ?? label ?? element.textContent).trim();
}

/** Puts this text into a field, as typing or pasting does. */
export function type(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Presses a key where the focus is; tells whether the page let the browser do what it does by default. */
export function press(key: string, more: KeyboardEventInit = {}, timeStamp = performance.now()): boolean {
  const at = document.activeElement ?? document.body;
  const pressed = (kind: "keydown" | "keyup") => {
    const event = new KeyboardEvent(kind, { key, bubbles: true, cancelable: true, ...more });
    return Object.defineProperty(event, "timeStamp", { value: timeStamp });
  };
  const went = at.dispatchEvent(pressed("keydown"));
  at.dispatchEvent(pressed("keyup"));
  return went;
}

/** Between two keys of a scanner; given to the keys, since a busy machine lets more pass. */
const scannerGapMs = 2;

/**
 * Types a code as a scanner does, in one go. Tells whether its Enter or Tab does in the browser what that key does;
 * `nothing` for a scanner that sends neither.
 */
export function scan(code: string, end: "Enter" | "Tab" | "nothing" = "Enter"): boolean {
  const startMs = performance.now();
  for (const [index, key] of [...code].entries()) {
    const at = document.activeElement;
    const went = press(key, {}, startMs + index * scannerGapMs);
    if (went && at instanceof HTMLInputElement) type(at, at.value + key);
  }
  return end !== "nothing" && press(end, {}, startMs + code.length * scannerGapMs);
}
