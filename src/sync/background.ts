/** The tag of our background sync. */
export const syncTag = "docket-sync";

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
