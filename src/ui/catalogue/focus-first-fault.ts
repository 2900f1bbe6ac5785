/** Puts the focus on the first field that is wrong, once the form has drawn what is wrong with it. */
export function focusFirstFault(form: HTMLFormElement | undefined): void {
  queueMicrotask(() => form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
