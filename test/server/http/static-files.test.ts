import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { startTestServer } from "../support/test-server.ts";

describe("the served app", () => {
  let folder: string;
  let server: RunningServer;
  const script = `console.log("${"docket ".repeat(1_000)}");`;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "docket-client-"));
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "index.html"), "<!doctype html><title>Docket</title>");
    writeFileSync(join(folder, "service-worker.js"), script);
    writeFileSync(join(folder, "manifest.webmanifest"), "{}");
    writeFileSync(join(folder, "assets", "index-Caca4hcE.js"), script);
    server = await startTestServer({ clientDir: folder });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers });
  const navigate = (url: string) => get(url, { accept: "text/html,application/xhtml+xml" });

  test.each([
    "/",
    "/orders/new",
    "/orders/0189-aa",
    "/products/BOLT-M8.25",
    "/products/a.png/edit",
    "/join",
    "/v1orders",
  ])("opens at %s, where its router knows the way", async (url) => {
    const answer = await navigate(url);
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(answer.headers["cache-control"]).toBe("no-cache");
  });

  test.each(["/assets/index-old12345.js", "/missing.png", "/icons/missing.png", "/v1/orders", "/v1"])(
    "is never given instead of %s",
    async (url) => {
      const answer = await navigate(url);
      expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
        404,
        "application/problem+json; charset=utf-8",
      ]);
    },
  );

  test("is not given to programs that ask for a path that is not there", async () => {
    expect((await get("/orders", { accept: "application/json" })).statusCode).toBe(404);
  });

  test("keeps what has a hash in its name for ever, and asks again for all else", async () => {
    expect((await get("/assets/index-Caca4hcE.js")).headers["cache-control"]).toBe(
      "public, max-age=31536000, immutable",
    );
    for (const url of ["/", "/index.html", "/service-worker.js", "/manifest.webmanifest"]) {
      expect((await get(url)).headers["cache-control"]).toBe("no-cache");
    }
  });

  test("is packed for who accepts it, and plain for who does not", async () => {
    const packed = await get("/assets/index-Caca4hcE.js", { "accept-encoding": "gzip, br" });
    expect(packed.headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
    expect(packed.rawPayload.length).toBeLessThan(script.length / 4);
    const plain = await get("/assets/index-Caca4hcE.js", { "accept-encoding": "gzip;q=0" });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.body).toBe(script);
  });

  test("comes with headers that let it run its own files only", async () => {
    const { headers } = await navigate("/");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain("upgrade-insecure-requests");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
    expect(headers["strict-transport-security"]).toBeUndefined();
  });

  test("does not lead out of its folder", async () => {
    for (const url of ["/../package.json", "/%2e%2e/package.json", "/assets/..%2f..%2fpackage.json"]) {
      expect((await get(url)).statusCode).toBeGreaterThanOrEqual(400);
    }
  });
});
