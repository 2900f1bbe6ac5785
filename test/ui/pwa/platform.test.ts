import { describe, expect, test } from "vitest";
import { forgetsAfterSevenDays, type Platform, platformOf } from "../../../src/ui/pwa/platform.ts";

const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const agents = {
  iphone: `Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) ${webkit} Version/17.4 Mobile/15E148 Safari/604.1`,
  iphoneChrome: `Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) ${webkit} CriOS/123.0 Mobile/15E148 Safari/604.1`,
  mac: `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/17.4 Safari/605.1.15`,
  macChrome:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.0.0 Safari/537.36",
  macFirefox: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:126.0) Gecko/20100101 Firefox/126.0",
  android:
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0 Mobile Safari/537.36",
  webkitGtk: `Mozilla/5.0 (X11; Linux x86_64) ${webkit} Version/18.0 Safari/605.1.15`,
};

const tab = (userAgent: string, maxTouchPoints = 0): Platform =>
  platformOf({ userAgent, maxTouchPoints, standalone: false });

describe("the platform", () => {
  test("is iOS on phones and tablets of Apple, whichever browser it is, and where an iPad says that it is a Mac", () => {
    expect(tab(agents.iphone, 5)).toEqual({ ios: true, safari: true, standalone: false });
    expect(tab(agents.iphoneChrome, 5).ios).toBe(true);
    expect(tab(agents.mac, 5).ios).toBe(true);
    for (const agent of [agents.mac, agents.macChrome, agents.macFirefox]) expect(tab(agent).ios).toBe(false);
    expect(tab(agents.android, 5).ios).toBe(false);
  });

  test("forgets a tab's data after seven days in Safari, and nowhere else", () => {
    const forgets = (agent: string, touch = 0) => forgetsAfterSevenDays(tab(agent, touch));
    expect([agents.iphone, agents.iphoneChrome].map((agent) => forgets(agent, 5))).toEqual([true, true]);
    expect(forgets(agents.mac)).toBe(true);
    const others = [agents.macChrome, agents.macFirefox, agents.android, agents.webkitGtk];
    expect(others.map((agent) => forgets(agent))).toEqual([false, false, false, false]);
  });

  test("keeps the data of an app on the home screen", () => {
    const app = platformOf({ userAgent: agents.iphone, maxTouchPoints: 5, standalone: true });
    expect(forgetsAfterSevenDays(app)).toBe(false);
  });
});
