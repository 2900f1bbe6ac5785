/**
 * Places the order on the screen. In the moment in which the page shows it as saved, it says so on the console and stops
 * for good: what is not with the browser by then never will be. Runs in the page.
 */
export function placeAndStandStillOnceSaved(number: string): void {
  const saved = `Order ${number} placed and saved on this device`;
  const isSaved = () => document.body.textContent?.includes(saved) === true;
  const observer = new MutationObserver(() => {
    if (!isSaved()) return;
    console.log(`shown as saved: ${number}`);
    for (;;);
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  const buttons = [...document.querySelectorAll("button")];
  const place = buttons.find((button) => button.textContent?.startsWith("Place order"));
  if (place === undefined || isSaved()) throw new Error("expected an order that can be placed");
  // Once this has been answered.
  setTimeout(() => place.click());
}

/** Takes a lock that tells this tab from others, under whose name the browser lists what else it holds. */
export function holdOwnLock(name: string): Promise<void> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => {
      resolve();
      return new Promise(() => {});
    });
  });
}

/** Which tab holds the lock of the one that sends, while the other waits for it: by the name that it was given. */
export async function whoLeads(): Promise<string> {
  const { held = [], pending = [] } = await navigator.locks.query();
  const sends = held.find(({ name }) => name?.startsWith("docket-sync:"));
  const waits = pending.some(({ name }) => name === sends?.name);
  const own = held.find(({ name, clientId }) => name?.startsWith("tab ") && clientId === sends?.clientId);
  return (waits && own?.name) || "nobody";
}
