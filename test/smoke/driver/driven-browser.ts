import { setTimeout as delay } from "node:timers/promises";
import { findInPage, type Target, toSent } from "./find-in-page.ts";
import type { WebDriver } from "./webdriver.ts";

/** What was found: its text, and where it leads. */
interface Seen {
  readonly text: string;
  readonly href: string;
}

/** One tab, driven as a person would: by clicks and keys of the browser's own, and by looking until something is there. */
export interface Tab {
  /** Opens an address and waits until it has loaded. */
  readonly goto: (url: string) => Promise<void>;
  /** Runs a function in the page, which stands on its own; what it takes and yields is JSON. */
  readonly evaluate: <Args extends readonly unknown[], Value>(
    work: (...args: Args) => Value | Promise<Value>,
    ...args: Args
  ) => Promise<Value>;
  /** Waits until it is there and yields the first one; throws with what the page shows instead. */
  readonly see: (target: Target) => Promise<Seen>;
  /** Waits until there are so many: 0 for what must have gone. */
  readonly seeCount: (target: Target, count: number) => Promise<void>;
  readonly click: (target: Target) => Promise<void>;
  /** Types into what has the focus, key by key. */
  readonly type: (text: string) => Promise<void>;
  /** Presses a key, with modifiers before it: `Enter`, `Control+Enter`. */
  readonly press: (keys: string) => Promise<void>;
  /** Clicks into an empty field and types. */
  readonly fill: (target: Target, text: string) => Promise<void>;
  /** Gives a file to an input that chooses files. */
  readonly upload: (target: Target, path: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How long something may take to be seen before it counts as missing: never a matter of speed. */
const seeMsMax = 60_000;
const lookEveryMs = 40;

/** Nothing was clicked or typed: it may be tried again once the page has moved on. */
const passing = ["element click intercepted", "element not interactable", "stale element reference"];
/** A page that is being left answers so. */
const leaving = ["javascript error", "no such element", "unknown error"];

const elementKey = "element-6066-11e4-a52e-4f735466cecf";
type Found = Seen & { readonly element: { readonly [elementKey]: string } };

const keyCodes: Readonly<Record<string, string>> = { Enter: "\uE007", Control: "\uE009", Escape: "\uE00C" };

/** Tabs of one browser. It is asked one thing at a time, since WebDriver knows one current tab. */
export function driveTabs(driver: WebDriver): {
  readonly first: () => Promise<Tab>;
  readonly open: () => Promise<Tab>;
} {
  let current = "";
  const tabAt = (handle: string): Tab => {
    const send: WebDriver["send"] = async (command, params) => {
      if (current !== handle) {
        await driver.send("SwitchToWindow", { handle });
        current = handle;
      }
      return driver.send(command, params);
    };
    return driveTab(send, () => {
      current = "";
    });
  };
  return {
    first: async () => {
      await driver.send("SetTimeouts", { script: seeMsMax, pageLoad: seeMsMax });
      current = String(await driver.send("GetWindowHandle"));
      return tabAt(current);
    },
    open: async () => {
      const { handle } = (await driver.send("NewWindow", { type: "tab" })) as { handle: string };
      return tabAt(handle);
    },
  };
}

function driveTab(send: WebDriver["send"], closed: () => void): Tab {
  const run = async (script: string, ...args: readonly unknown[]): Promise<unknown> => {
    const answer = (await send("ExecuteAsyncScript", { script: settled(script), args })) as {
      readonly value?: unknown;
      readonly error?: string | null;
    };
    if (typeof answer.error === "string") throw new Error(`in the page: ${answer.error}`);
    return answer.value;
  };
  const find = async (target: Target): Promise<readonly Found[]> => {
    try {
      return (await run(findScript, toSent(target))) as readonly Found[];
    } catch (error) {
      if (leaving.includes(codeOf(error))) return [];
      // What was found has left the page before it was told of: what is there now counts.
      if (codeOf(error) === "stale element reference") return find(target);
      throw error;
    }
  };
  const until = async <Value>(target: Target, look: () => Promise<Value | undefined>): Promise<Value> => {
    const deadline = Date.now() + seeMsMax;
    while (Date.now() < deadline) {
      const value = await look();
      if (value !== undefined) return value;
      await delay(lookEveryMs);
    }
    const [page] = await find({});
    throw new Error(`not seen: ${describe(target)}; the page shows: ${page?.text.slice(0, 1_500)}`);
  };
  const act = (target: Target, command: "ElementClick" | "ElementSendKeys", params: object = {}) =>
    until(target, async () => {
      const [found] = await find(target);
      if (found === undefined) return undefined;
      try {
        await send(command, { id: found.element[elementKey], ...params });
        return true;
      } catch (error) {
        if (passing.includes(codeOf(error))) return undefined;
        throw error;
      }
    });
  const perform = (actions: readonly object[]) =>
    send("PerformActions", { actions: [{ type: "key", id: "keys", actions }] });
  const type = async (text: string) => {
    await perform([...text].flatMap((value) => ["keyDown", "keyUp"].map((type) => ({ type, value }))));
  };
  return {
    goto: async (url) => void (await send("Navigate", { url })),
    evaluate: async <Args extends readonly unknown[], Value>(
      work: (...args: Args) => Value | Promise<Value>,
      ...args: Args
    ) => {
      const json = await run(`JSON.stringify(await (${work})(...arguments[0]))`, args);
      return (typeof json === "string" ? JSON.parse(json) : undefined) as Value;
    },
    see: (target) => until(target, async () => (await find(target))[0]),
    seeCount: async (target, count) => {
      await until(target, async () => (await find(target)).length === count || undefined);
    },
    click: async (target) => void (await act(target, "ElementClick")),
    type,
    press: async (keys) => {
      const values = keys.split("+").map((key) => keyCodes[key] ?? key);
      await perform([
        ...values.map((value) => ({ type: "keyDown", value })),
        ...values.toReversed().map((value) => ({ type: "keyUp", value })),
      ]);
    },
    fill: async (target, text) => {
      await act(target, "ElementClick");
      await type(text);
    },
    upload: async (target, path) => void (await act(target, "ElementSendKeys", { text: path })),
    close: async () => {
      await send("CloseWindow");
      closed();
    },
  };
}

const findScript = `(${findInPage})(arguments[0]).map((element) => ({
  element,
  text: element.textContent.replace(/\\s+/g, " ").trim(),
  href: element.getAttribute("href") ?? "",
}))`;

/** A script that tells the value of an expression, which may wait, or what it threw. */
function settled(expression: string): string {
  return `
    const done = arguments[arguments.length - 1];
    (async () => ${expression})().then(
      (value) => done({ value }),
      (error) => done({ error: error + "\\n" + error?.stack }),
    );`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function describe(target: Target): string {
  return Object.entries(target)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}
