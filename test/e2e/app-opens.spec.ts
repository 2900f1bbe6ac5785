import { expect, test } from "@playwright/test";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("the app", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("opens without an error", async ({ page }) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(docket.url);
    await expect(page).toHaveTitle(/Docket/);
    await expect(page.locator("#root")).not.toBeEmpty();
    expect(errors).toEqual([]);
  });

  test("can be installed, says Chromium", async ({ page }) => {
    await page.goto(docket.url);
    const devtools = await page.context().newCDPSession(page);
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual(
      [],
    );
  });
});
