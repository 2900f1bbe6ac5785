/** What can take the focus. */
const takers = "a[href], button, input, select, textarea, summary";
/** What was put over the page: what has the focus there gives it back to whatever had it before. */
const passing = ".toasts, dialog";
/** How many of the elements that had the focus are remembered. */
const beforeMax = 8;

/**
 * Keeps the focus from falling out of the page: when what has it is taken away, or can no longer be used, the focus
 * moves to the same control of the neighbour, else to what is nearest, else to what had it before, else to the heading.
 * A button that is only busy gets it back. Whoever taps beside everything, and a screen that is left, is not followed.
 * Yields the end.
 */
export function startKeepingFocus(): () => void {
  let before: readonly HTMLElement[] = [];
  let held: HTMLElement | undefined;
  let path = location.pathname;
  const onFocusIn = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    held = target;
    path = location.pathname;
    before = [target, ...before.filter((other) => other !== target)].slice(0, beforeMax);
  };
  const onFocusOut = ({ target, relatedTarget }: FocusEvent) => {
    if (relatedTarget !== null || target !== held) return;
    // What is being taken away is still there while this is told.
    queueMicrotask(() => {
      if (held === target && document.activeElement === document.body && isUsable(held)) held = undefined;
    });
  };
  const observer = new MutationObserver((records) => {
    if (held === undefined) return;
    const active = document.activeElement;
    // Whether it can be seen is not asked here: that would lay out the page after every change of it.
    if (active === held && !held.matches(":disabled")) {
      path = location.pathname;
      return;
    }
    if (active !== null && active !== document.body && active !== held) return;
    if (location.pathname !== path) return;
    const left = held;
    if (left.isConnected && left.ariaBusy === "true") return;
    // Where the focus is only on its way to something else, nothing happened to what had it.
    if (isUsable(left) && !records.some((record) => concerns(record, left))) return;
    const found = isUsable(left)
      ? [left]
      : left.isConnected
        ? around(gapBeside(left))
        : afterRemoval(left, records);
    for (const next of [...found, ...before, ...document.querySelectorAll<HTMLElement>("h1")]) {
      if (next.isConnected && next.ariaBusy !== "true") next.focus({ preventScroll: true });
      if (document.activeElement === next) return;
    }
  });
  document.addEventListener("focusin", onFocusIn);
  document.addEventListener("focusout", onFocusOut);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  return () => {
    observer.disconnect();
    document.removeEventListener("focusin", onFocusIn);
    document.removeEventListener("focusout", onFocusOut);
  };
}

/** Where the focus was: what is there now before and after it, and which control of what was there had the focus. */
interface Gap {
  readonly parent: Element;
  readonly next: Node | null;
  readonly previous: Node | null;
  readonly index: number;
}

function isUsable(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(":disabled") && element.getClientRects().length > 0;
}

/** Whether a change of the page was one of this element: it can be used again, or was moved. */
function concerns({ target, addedNodes }: MutationRecord, element: HTMLElement): boolean {
  return target === element || [...addedNodes].some((node) => node.contains(element));
}

function gapBeside(element: HTMLElement): Gap | undefined {
  const { parentElement: parent, nextSibling: next, previousSibling: previous } = element;
  return parent === null ? undefined : { parent, next, previous, index: 0 };
}

/** What may have the focus now that `left` was taken out of the page. */
function afterRemoval(left: HTMLElement, records: readonly MutationRecord[]): readonly HTMLElement[] {
  for (const { target, removedNodes, nextSibling: next, previousSibling: previous } of records.toReversed()) {
    const gone = [...removedNodes].find((node) => node.contains(left));
    if (gone === undefined || !(target instanceof Element) || !target.isConnected) continue;
    if (target.closest(passing) !== null || (gone instanceof Element && gone.matches(passing))) return [];
    const index = gone instanceof Element && gone !== left ? takersIn(gone).indexOf(left) : 0;
    return around({ parent: target, next, previous, index });
  }
  return [];
}

/** The controls around it, the nearest first: the one after it, the one before it, then those around its parent. */
function around(gap: Gap | undefined): readonly HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let at = gap; at !== undefined && !at.parent.matches("main, dialog, body"); ) {
    for (const near of [
      ...elementsFrom(at.next, "nextSibling"),
      ...elementsFrom(at.previous, "previousSibling"),
    ]) {
      const all = takersIn(near);
      const same = all[at.index];
      found.push(...(same === undefined ? all : [same, ...all]));
    }
    const { parent } = at;
    at = parent instanceof HTMLElement ? gapBeside(parent) : undefined;
  }
  // Where a line to type in takes the focus on a touch screen, the keyboard opens over what was tapped.
  return matchMedia("(pointer: coarse)").matches
    ? found.filter((next) => !next.matches("input, textarea"))
    : found;
}

function elementsFrom(start: Node | null, way: "nextSibling" | "previousSibling"): readonly Element[] {
  const found: Element[] = [];
  for (let node = start; node !== null; node = node[way]) if (node instanceof Element) found.push(node);
  return found;
}

/** The controls in an element, itself among them. */
function takersIn(element: Element): readonly HTMLElement[] {
  const inside = [...element.querySelectorAll<HTMLElement>(takers)];
  return element instanceof HTMLElement && element.matches(takers) ? [element, ...inside] : inside;
}
