/** The tag of our background sync. */
export const syncTag = "docket-sync";

/** The type of the message that tells a worker to end its wakes, since another one is to take over. */
export const stepAsideMessage = "STEP_ASIDE";

/**
 * Asks the platform to wake the service worker when there is a network, also with the app closed. Where it cannot
 * (no Background Sync, no permission), the page's own triggers do. Tells whether it was asked.
 */
export async function askForWake(): Promise<boolean> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  const registration = await container?.getRegistration();
  if (registration?.sync === undefined) return false;
  try {
    await registration.sync.register(syncTag);
    return true;
  } catch {
    // Refused by the person or the platform: not an error, there is just no wake with the app closed.
    return false;
  }
}

/** How often the platform should look for news of its own, where it grants that; it may choose a longer time. */
const periodMs = 15 * 60_000;

/** Asks the platform to wake the service worker now and then. Granted to installed apps that are used; else false. */
export async function askForPeriodicWakes(): Promise<boolean> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  const registration = await container?.getRegistration();
  if (registration?.periodicSync === undefined) return false;
  try {
    await registration.periodicSync.register(syncTag, { minInterval: periodMs });
    return true;
  } catch {
    // Not granted: the other triggers do.
    return false;
  }
}

/** Looks for a newer version of the app, which may do what this one cannot. */
export async function checkForUpdate(): Promise<void> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  await (await container?.getRegistration())?.update();
}
