import { describe, expect, test } from "vitest";
import { guessCurrency, suggestDeviceName } from "../../../src/ui/welcome/browser-defaults.ts";
import { codeFromAddress } from "../../../src/ui/welcome/code-from-address.ts";

describe("getting started", () => {
  test("the code is read from the fragment, where no server log sees it", () => {
    expect(codeFromAddress("#AB12-CD34")).toBe("AB12-CD34");
    expect(codeFromAddress("#a%20b%")).toBe("a%20b%");
    expect(codeFromAddress("")).toBe("");
  });
  test("the currency is guessed from the region", () => {
    expect(["en-GB", "de", "de-CH", "en-US", "xx"].map(guessCurrency)).toEqual([
      "GBP",
      "EUR",
      "CHF",
      "USD",
      "EUR",
    ]);
  });
  test("the device is named after what it is", () => {
    expect(suggestDeviceName("Mozilla/5.0 (Linux; Android 14; Pixel 8)")).toBe("Android device");
    expect(suggestDeviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)")).toBe("iPhone");
  });
});
