/** Light or dark by hand, or as the system says. */
export type Theme = "system" | "light" | "dark";

const storageKey = "docket-theme";

/** What was chosen on this device; `system` where nothing was, or nothing can be remembered. */
export function findTheme(): Theme {
  try {
    const kept = localStorage.getItem(storageKey);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}

/** Shows a theme and remembers it. */
export function chooseTheme(theme: Theme): void {
  showTheme(theme);
  try {
    if (theme === "system") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, theme);
  } catch {
    // Site data is blocked: the choice is kept until the page is closed.
  }
}

/** Puts the remembered theme on the page; called before anything is drawn. */
export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
