import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { findWebkit } from "../../../scripts/find-smoke-browsers.mjs";
import { freePort } from "../../../scripts/free-port.mjs";
import { downloadsOf, environmentOf, orKill, type Started, untilStarted } from "./browser-process.ts";
import { type ProcessGroup, startGroup } from "./process-group.ts";
import { openOverHttp } from "./webdriver.ts";

/** The program that opens WebKit's windows. */
const windowProgram = resolve("test/smoke/driver/webkit-window.py");

/** Starts WebKitGTK on a profile, with its windows on an X display. */
export async function startWebkit(profile: string, display: string): Promise<Started> {
  const { driver, python } = mustFind();
  const port = await freePort();
  const group = startGroup(driver, [`--port=${port}`], webkitEnvironment(profile, display));
  const url = `http://127.0.0.1:${port}`;
  const browserOptions = { binary: python, args: [windowProgram, profile, downloadsOf(profile)] };
  return orKill(group, async () => {
    await untilStarted(group, async () => (await fetch(`${url}/status`)).ok || undefined);
    return { group, ...(await openOverHttp(url, { "webkitgtk:browserOptions": browserOptions })) };
  });
}

/** One window of WebKit without WebDriver: it goes on when processes under it are killed. Nobody can click in it. */
export interface ScriptedWindow {
  /** Runs a function in the page, which stands on its own; what it takes and yields is JSON. */
  readonly evaluate: <Args extends readonly unknown[], Value>(
    work: (...args: Args) => Value | Promise<Value>,
    ...args: Args
  ) => Promise<Value>;
  readonly members: ProcessGroup["members"];
  readonly kill: ProcessGroup["kill"];
}

/** Starts WebKitGTK on a profile with one window, which takes scripts alone. */
export async function startScriptedWebkit(profile: string, display: string): Promise<ScriptedWindow> {
  const args = [windowProgram, profile, downloadsOf(profile), "scripts"];
  const group = startGroup(mustFind().python, args, webkitEnvironment(profile, display));
  const channel = group.child.stdio[3] as Duplex;
  const lines = createInterface({ input: channel })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the browser is gone: ${group.output()}`);
    const told = JSON.parse(value) as { readonly value?: unknown; readonly error?: string };
    if (told.error !== undefined) throw new Error(`in the page: ${told.error}`);
    return told.value;
  };
  await orKill(group, answer);
  return {
    evaluate: async <Args extends readonly unknown[], Value>(
      work: (...args: Args) => Value | Promise<Value>,
      ...args: Args
    ) => {
      const script = `return (await (${work})(...${JSON.stringify(args)})) ?? null`;
      channel.write(`${JSON.stringify(script)}\n`);
      return (await answer()) as Value;
    },
    members: group.members,
    kill: group.kill,
  };
}

function mustFind() {
  const found = findWebkit();
  if ("missing" in found) throw new Error(found.missing);
  return found;
}

/** WebKit on a virtual screen, without a graphics card. */
function webkitEnvironment(profile: string, display: string) {
  return {
    ...environmentOf(profile),
    DISPLAY: display,
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
    WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    LIBGL_ALWAYS_SOFTWARE: "1",
    NO_AT_BRIDGE: "1",
    GSETTINGS_BACKEND: "memory",
  };
}
