/** Notes where somebody types, from now on. The result tells whether any of it would be lost by a reload. */
export function watchTyping(): { readonly isOpen: () => boolean; readonly stop: () => void } {
  const typed = new Set<HTMLInputElement | HTMLTextAreaElement>();
  const note = ({ target }: Event) => {
    if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) typed.add(target);
    for (const field of typed) if (!isUnsaved(field)) typed.delete(field);
  };
  document.addEventListener("input", note);
  return {
    isOpen: () => [...typed].some(isUnsaved),
    stop: () => document.removeEventListener("input", note),
  };
}

/** A search line holds nothing worth keeping, and the entry line keeps its text itself. */
function isUnsaved(field: HTMLInputElement | HTMLTextAreaElement): boolean {
  const searches = field.type === "search" || field.type === "file" || field.role === "combobox";
  return field.isConnected && field.value.trim() !== "" && !searches;
}
