import { openClient, openMsMax, type PostgresClient } from "./postgres-clients.ts";

/** The channel on which server processes wake each other. */
export const wakeChannel = "docket_wake";

/**
 * Hears what other processes notify, on a connection of its own. When that breaks, it is opened again, again and again:
 * what was missed meanwhile costs latency only.
 * @returns its stop.
 */
export async function startListening(
  url: string,
  heard: (payload: string) => void,
): Promise<() => Promise<void>> {
  let isStopped = false;
  let client: PostgresClient | undefined;
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => void listen(), againMs);
    timer.unref();
  };
  const listen = async () => {
    client?.end();
    // `onnotify` is what postgres.js's own `listen` is made of. That one gives up for good when the database is not
    // back at its first attempt.
    const notified = { onnotify: (_channel: string, payload: string) => heard(payload) };
    const opened = openClient(url, { ...notified, onclose: later });
    client = opened;
    await opened
      .ready(openMsMax)
      .then(() => opened.sql.unsafe(`LISTEN ${wakeChannel}`))
      .catch(later);
  };
  await listen();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    client?.end();
  };
}

const againMs = 1_000;
