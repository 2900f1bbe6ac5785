import { limits, protocolHeader, protocolVersion } from "../../../../src/protocol/limits.ts";
import type { PushedCommand } from "../../../../src/protocol/sync-messages.ts";

/** Whose hands the log comes from, and where it goes. */
export interface Pusher {
  readonly url: string;
  readonly token: string;
}

/** Fills a request up to here: the server takes more, and its other limits count bytes as well. */
const requestBytes = limits.requestBytes * 0.8;

/** Sends commands over HTTP in requests as large as a device's. Tells how many events there are after each. */
export async function pushAll(
  to: Pusher,
  commands: Iterable<PushedCommand>,
  tell: (events: number) => void,
): Promise<void> {
  let batch: PushedCommand[] = [];
  let bytes = 0;
  let events = 0;
  const send = async () => {
    if (batch.length === 0) return;
    const { verdicts } = await ask(to, { cursor: null, limit: 1, commands: batch });
    const refused = verdicts.find(({ outcome }) => outcome !== "accepted");
    if (refused !== undefined)
      throw new Error(`expected all to be accepted, found ${JSON.stringify(refused)}`);
    events += batch.reduce((sum, command) => sum + command.events.length, 0);
    tell(events);
    [batch, bytes] = [[], 0];
  };
  for (const command of commands) {
    batch.push(command);
    bytes += JSON.stringify(command).length;
    if (batch.length >= limits.requestCommands || bytes >= requestBytes) await send();
  }
  await send();
}

/**
 * The first `count` events of a log as a device gets them: the texts of the answers to a device that has written nothing,
 * the last of which says that it is the last.
 */
export async function pullTexts(from: Pusher, count: number): Promise<readonly string[]> {
  const texts: string[] = [];
  let cursor: string | null = null;
  for (let events = 0; events < count; ) {
    const limit = Math.min(limits.pageEvents, count - events);
    const page = await ask(from, { cursor, limit, commands: [] });
    events += page.events.length;
    if (page.events.length === 0) throw new Error(`expected ${count} events, found ${events}`);
    cursor = page.cursor;
    texts.push(JSON.stringify({ ...page, head: count, more: events < count, knownSeq: 0 }));
  }
  return texts;
}

interface Page {
  readonly verdicts: readonly { readonly outcome: string }[];
  readonly events: readonly unknown[];
  readonly cursor: string;
}

async function ask({ url, token }: Pusher, wanted: object): Promise<Page> {
  const body = { lastSeq: Number.MAX_SAFE_INTEGER, now: new Date().toISOString(), ...wanted };
  const answer = await fetch(`${url}/v1/sync`, {
    method: "POST",
    headers: {
      [protocolHeader]: protocolVersion,
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`/v1/sync answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Page;
}
