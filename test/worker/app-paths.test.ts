import { expect, test } from "vitest";
import { screens } from "../../src/ui/screens.ts";
import { appPaths, firstParts } from "../../src/worker/app-paths.ts";

test("the worker answers for the address of every screen, with and without a query", () => {
  const paths = screens.flatMap(({ paths }) => paths).map((path) => path.replace(":id", "A.7%2F3"));
  expect(paths.length).toBeGreaterThan(20);
  for (const path of ["/", "/index.html", ...paths]) {
    expect(path).toMatch(appPaths);
    expect(`${path}?from=shortcut`).toMatch(appPaths);
  }
});

test.each([
  "/oauth2/callback?code=orders",
  "/login",
  "/cdn-cgi/access/orders",
  "/ordersomething",
  "/v1/sign-in",
])("leaves %s to the network: it is not the app's", (path) => {
  expect(path).not.toMatch(appPaths);
});

test("names no address that no screen has", () => {
  const parts = new Set(screens.flatMap(({ paths }) => paths).map((path) => path.split("/")[1]));
  expect(new Set(firstParts)).toEqual(parts);
});
