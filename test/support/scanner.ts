import { setTimeout } from "node:timers/promises";
import type { CDPSession, Page } from "@playwright/test";
import { groupSeparator } from "../../src/domain/product/gtin.ts";

/** What a scanner sends behind the code; `nothing` where it is set to send no key. */
export type ScanEnd = "Enter" | "Tab" | "nothing";

export interface Scanner {
  /**
   * Types a code as a scanner does: one key each `gapMs`, down and up, wherever the focus is. A group separator is Ctrl
   * and `]`, as scanners send it.
   */
  readonly scan: (code: string, end?: ScanEnd, gapMs?: number) => Promise<void>;
  /** The same where the page hears the last `lateCount` keys only after `meanwhile`, with the times of their pressing. */
  readonly scanLate: (code: string, lateCount: number, meanwhile: () => Promise<void>) => Promise<void>;
  /** The same while a key of the keyboard is down: nothing is typed then. */
  readonly scanHeld: (code: string, held: HeldKey) => Promise<void>;
  /** Types as a person does, at `gapMs` a key. */
  readonly type: (text: string, gapMs: number) => Promise<void>;
}

/** A key that may be down during a scan, by the bit that the browser's protocol has for it. */
export type HeldKey = keyof typeof heldBits;

const heldBits = { Alt: 1, Control: 2, Meta: 4 } as const;
const scanGapMs = 8;
/** The least time between the end of a scan and the next: nobody finds another code sooner. */
const betweenScansMs = 150;
const ctrl = 2;
const separator = { key: "]", code: "BracketRight", windowsVirtualKeyCode: 221, modifiers: ctrl };
const endKeys = {
  Enter: { code: "Enter", virtual: 13, text: "\r" },
  Tab: { code: "Tab", virtual: 9 },
} as const;

/**
 * A scanner on a page's keyboard. Each key carries the time at which it was pressed, as from a real keyboard, so that a
 * busy machine, which hands them over late, changes nothing.
 */
export async function connectScanner(page: Page): Promise<Scanner> {
  const session = await page.context().newCDPSession(page);
  let endedMs = Number.NEGATIVE_INFINITY;
  /** When a scan of this length began that is just over: behind the one before, and with no key ahead of the clock. */
  const begin = async (lastsMs: number) => {
    const startMs = Math.max(Date.now() - lastsMs, endedMs + betweenScansMs);
    endedMs = startMs + lastsMs;
    await setTimeout(endedMs - Date.now());
    return startMs;
  };
  const makeKeys = (text: string, end: ScanEnd): readonly Key[] => {
    const keys = [...text].map((key): Key => {
      if (key === groupSeparator) return separator;
      const virtual = /[0-9A-Za-z]/.test(key) ? key.toUpperCase().charCodeAt(0) : 0;
      return { key, text: key, windowsVirtualKeyCode: virtual };
    });
    if (end === "nothing") return keys;
    const { code, virtual, ...more } = endKeys[end];
    return [...keys, { key: end, code, windowsVirtualKeyCode: virtual, ...more }];
  };
  const send = (keys: readonly Key[], startMs: number, gapMs: number) =>
    Promise.all(keys.flatMap((key, at) => pressKey(session, key, startMs + at * gapMs)));
  const press = async (text: string, gapMs: number, end: ScanEnd) => {
    const startMs = await begin(gapMs * text.length);
    await send(makeKeys(text, end), startMs, gapMs);
  };
  return {
    scan: (code, end = "Enter", gapMs = scanGapMs) => press(code, gapMs, end),
    scanLate: async (code, lateCount, meanwhile) => {
      const startMs = await begin(scanGapMs * code.length);
      const keys = makeKeys(code, "Enter");
      const onTimeCount = keys.length - lateCount;
      await send(keys.slice(0, onTimeCount), startMs, scanGapMs);
      await meanwhile();
      await send(keys.slice(onTimeCount), startMs + onTimeCount * scanGapMs, scanGapMs);
    },
    scanHeld: async (code, held) => {
      const modifiers = heldBits[held];
      const startMs = await begin(scanGapMs * code.length);
      const keys = [...code].map((key) => ({ key, windowsVirtualKeyCode: key.charCodeAt(0), modifiers }));
      const { code: name, virtual } = endKeys.Enter;
      const end = { key: "Enter", code: name, windowsVirtualKeyCode: virtual, modifiers };
      await send([...keys, end], startMs, scanGapMs);
    },
    type: (text, gapMs) => press(text, gapMs, "nothing"),
  };
}

/** A key as the browser's protocol names it. */
type Key = Readonly<Record<string, string | number>>;

function pressKey(session: CDPSession, key: Key, atMs: number) {
  const timestamp = atMs / 1_000;
  const down = "text" in key ? "keyDown" : "rawKeyDown";
  return [
    session.send("Input.dispatchKeyEvent", { ...key, type: down, timestamp }),
    session.send("Input.dispatchKeyEvent", { ...key, type: "keyUp", timestamp: timestamp + 0.002 }),
  ];
}
