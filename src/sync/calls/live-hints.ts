import type { Device } from "../../device/storage/device.ts";
import { protocolHeader, protocolVersion } from "../../protocol/limits.ts";
import { backoffMs } from "./backoff.ts";
import { linkedAbort } from "./linked-abort.ts";

/** The server says something every 15 s; a stream that is silent for three of those is dead. */
const silenceMsMax = 45_000;

/**
 * Listens to the server's live hints: `wake` is called with each new head of the log. Only hints: losing every one
 * costs latency, never an order. Reconnects with backoff until stopped.
 */
export function startLiveHints(device: Device, wake: (head: number) => void): { readonly stop: () => void } {
  const stopping = new AbortController();
  listenForEver(device, wake, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) reportError(error);
  });
  return { stop: () => stopping.abort() };
}

async function listenForEver(
  device: Device,
  wake: (head: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const heard = await listen(device, wake, signal);
    failures = heard ? 1 : failures + 1;
    await pause(backoffMs(failures, Math.random()), signal);
  }
}

/** One connection, until it ends. Tells whether it ever said anything. */
async function listen(device: Device, wake: (head: number) => void, signal: AbortSignal): Promise<boolean> {
  const joined = device.identity().joined;
  if (joined === undefined) return false;
  const silence = linkedAbort(signal);
  let silenceTimer = setTimeout(() => silence.abort(), silenceMsMax);
  let heard = false;
  try {
    const response = await fetch(`${joined.origin}/v1/live`, {
      headers: {
        [protocolHeader]: protocolVersion,
        accept: "text/event-stream",
        authorization: `Bearer ${joined.token}`,
      },
      cache: "no-store",
      credentials: "same-origin",
      redirect: "manual",
      signal: silence.signal,
    });
    if (!response.ok || response.body === null || !response.headers.has(protocolHeader)) return false;
    let rest = "";
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      heard = true;
      clearTimeout(silenceTimer);
      silenceTimer = setTimeout(() => silence.abort(), silenceMsMax);
      const messages = (rest + chunk.value).split("\n\n");
      rest = (messages.pop() ?? "").slice(-messageCharactersMax);
      for (const message of messages) {
        const head = findHead(message);
        if (head !== undefined) wake(head);
      }
    }
    return heard;
  } catch {
    // The network went, the server closed, or it was silent for too long: connecting again is the answer to all.
    return heard;
  } finally {
    clearTimeout(silenceTimer);
    silence.release();
  }
}

const messageCharactersMax = 10_000;

/** The position in a `head` message of the stream, or undefined for any other message. */
function findHead(message: string): number | undefined {
  const lines = message.split("\n");
  if (!lines.includes("event: head")) return undefined;
  const data = lines
    .find((line) => line.startsWith("data:"))
    ?.slice(5)
    .trim();
  const head = Number(data?.replace(/^\{"position":(\d+)\}$/, "$1"));
  return Number.isSafeInteger(head) ? head : undefined;
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, delayMs);
    signal.addEventListener("abort", over);
  });
}
