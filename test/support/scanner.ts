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
  /** Types as a person does, at `gapMs` a key. */
  /** The same while a key of the keyboard is down: nothing is typed then. */
  readonly scanHeld: (code: string, held: HeldKey) => Promise<void>;
  readonly type: (text: string, gapMs: number) => Promise<void>;
}

/** A key that may be down during a scan, by the bit that the browser's protocol has for it. */
export type HeldKey = keyof typeof heldBits;

const heldBits = { Alt: 1, Control: 2, Meta: 4 } as const;
const scanGapMs = 8;
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
  const press = async (text: string, gapMs: number, end: ScanEnd) => {
    const startMs = Date.now() - gapMs * text.length;
    const sent = [...text].flatMap((key, at) => {
      if (key === groupSeparator) return pressKey(session, separator, startMs + at * gapMs);
      const virtual = /[0-9A-Za-z]/.test(key) ? key.toUpperCase().charCodeAt(0) : 0;
      return pressKey(session, { key, text: key, windowsVirtualKeyCode: virtual }, startMs + at * gapMs);
    });
    if (end !== "nothing") {
      const { code, virtual, ...more } = endKeys[end];
      const key = { key: end, code, windowsVirtualKeyCode: virtual, ...more };
      sent.push(...pressKey(session, key, startMs + text.length * gapMs));
    }
    await Promise.all(sent);
  };
  return {
    scan: (code, end = "Enter", gapMs = scanGapMs) => press(code, gapMs, end),
    scanHeld: async (code, held) => {
      const modifiers = heldBits[held];
      const startMs = Date.now() - scanGapMs * code.length;
      const keys = [...code].map((key) => ({ key, windowsVirtualKeyCode: key.charCodeAt(0), modifiers }));
      const { code: name, virtual } = endKeys.Enter;
      const end = { key: "Enter", code: name, windowsVirtualKeyCode: virtual, modifiers };
      await Promise.all(
        [...keys, end].flatMap((key, at) => pressKey(session, key, startMs + at * scanGapMs)),
      );
    },
    type: (text, gapMs) => press(text, gapMs, "nothing"),
  };
}

function pressKey(session: CDPSession, key: Readonly<Record<string, string | number>>, atMs: number) {
  const timestamp = atMs / 1_000;
  const down = "text" in key ? "keyDown" : "rawKeyDown";
  return [
    session.send("Input.dispatchKeyEvent", { ...key, type: down, timestamp }),
    session.send("Input.dispatchKeyEvent", { ...key, type: "keyUp", timestamp: timestamp + 0.002 }),
  ];
}
