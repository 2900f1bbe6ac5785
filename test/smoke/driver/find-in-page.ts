/** What to look for: everything that is said must hold. Without a role and a selector it is the page's whole text. */
export interface Target {
  readonly role?: "button" | "link" | "heading" | "textbox" | "combobox" | "option" | "dialog" | "listitem";
  /** The accessible name, or a part of it. */
  readonly name?: string | RegExp;
  readonly css?: string;
  readonly text?: string | RegExp;
  /** Also what nobody sees, such as the input behind a button that chooses a file. */
  readonly hidden?: boolean;
}

/** A target on its way into the page: each RegExp as its source. */
export type SentTarget = Omit<Target, "name" | "text"> & {
  readonly name?: string | undefined;
  readonly text?: string | undefined;
};

export function toSent({ name, text, ...rest }: Target): SentTarget {
  const sourceOf = (wanted: string | RegExp | undefined) =>
    typeof wanted === "string" ? wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : wanted?.source;
  return { ...rest, name: sourceOf(name), text: sourceOf(text) };
}

/** Finds elements; runs in the page, so it stands on its own. */
export function findInPage(target: SentTarget): readonly Element[] {
  const textOf = (element: Element | null | undefined) =>
    (element?.textContent ?? "").replace(/\s+/g, " ").trim();
  const nameOf = (element: Element) => {
    const labelledBy = element.getAttribute("aria-labelledby")?.split(/\s+/) ?? [];
    const said =
      labelledBy.map((id) => textOf(document.getElementById(id))).join(" ") ||
      element.getAttribute("aria-label");
    const labels = "labels" in element ? [...((element.labels ?? []) as NodeListOf<Element>)] : [];
    return said || labels.map(textOf).join(" ") || textOf(element);
  };
  const selectors = {
    button: "button, [role=button]",
    link: "a[href]",
    heading: "h1, h2, h3",
    textbox: "input:not([type]), input[type=text], textarea",
    combobox: "[role=combobox], select",
    option: "[role=option]",
    dialog: "dialog[open], [role=dialog]",
    listitem: "li",
  };
  const isVisible = (element: Element) =>
    element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
  const matches = (text: string, source: string | undefined) =>
    source === undefined || new RegExp(source).test(text);
  const selector = target.css ?? (target.role === undefined ? "body" : selectors[target.role]);
  return [...document.querySelectorAll(selector)].filter(
    (element) =>
      (target.hidden === true || isVisible(element)) &&
      (target.name === undefined || matches(nameOf(element), target.name)) &&
      matches(textOf(element), target.text),
  );
}
