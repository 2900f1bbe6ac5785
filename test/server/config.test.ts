import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/server/config.ts";

describe("the configuration", () => {
  test("has a safe default for everything", () => {
    expect(parseConfig({})).toEqual({
      outcome: "config",
      config: {
        port: 8787,
        host: "127.0.0.1",
        dataDir: "./data",
        databaseUrl: null,
        publicUrl: null,
        trustProxy: false,
        setupCode: null,
        logLevel: "info",
        consumers: ["inventory", "webhooks"],
        webhookAllowPrivate: false,
        metricsToken: null,
        deviceMibPerHour: 128,
        workspaceMib: 16_384,
      },
    });
    expect(parseConfig({ PORT: "", SETUP_CODE: "" })).toEqual(parseConfig({}));
  });

  test("is read from the environment", () => {
    const env = {
      PORT: "0",
      HOST: "0.0.0.0",
      DATA_DIR: "/srv/docket",
      DATABASE_URL: "postgresql://user:secret@db/docket",
      PUBLIC_URL: "https://docket.example.com/",
      TRUST_PROXY: "10.0.0.0/8, ::1",
      SETUP_CODE: "let-me-in_1",
      LOG_LEVEL: "warn",
      CONSUMERS: "none",
      METRICS_TOKEN: "0123456789abcdef",
      WEBHOOK_ALLOW_PRIVATE: "true",
      DEVICE_MIB_PER_HOUR: "64",
      WORKSPACE_MIB: "500",
    };
    expect(parseConfig(env)).toEqual({
      outcome: "config",
      config: {
        port: 0,
        host: "0.0.0.0",
        dataDir: "/srv/docket",
        databaseUrl: "postgresql://user:secret@db/docket",
        publicUrl: "https://docket.example.com",
        trustProxy: "10.0.0.0/8, ::1",
        setupCode: "let-me-in_1",
        logLevel: "warn",
        consumers: [],
        metricsToken: "0123456789abcdef",
        webhookAllowPrivate: true,
        deviceMibPerHour: 64,
        workspaceMib: 500,
      },
    });
  });

  test.each([
    ["2", 2],
    ["0", false],
    ["true", 1],
    ["false", false],
    ["127.0.0.1", "127.0.0.1"],
  ])("trusts proxies by their number or addresses, and `true` is one (%s)", (text, trustProxy) => {
    expect(parseConfig({ TRUST_PROXY: text })).toMatchObject({ config: { trustProxy } });
  });

  test.each([
    ["PORT", "eighty"],
    ["PORT", "65536"],
    ["DATABASE_URL", "mysql://user:secret@db/docket"],
    ["PUBLIC_URL", "docket.example.com"],
    ["PUBLIC_URL", "https://example.com/secret"],
    ["TRUST_PROXY", "secret proxy"],
    ["TRUST_PROXY", "10"],
    ["SETUP_CODE", "secret"],
    ["LOG_LEVEL", "secret"],
    ["WEBHOOK_ALLOW_PRIVATE", "secret"],
    ["DEVICE_MIB_PER_HOUR", "0"],
    ["WORKSPACE_MIB", "secret"],
  ])("tells a wrong %s by its name and by what is expected, without repeating it", (name, value) => {
    const parsed = parseConfig({ [name]: value });
    expect(parsed).toEqual({
      outcome: "faults",
      faults: [expect.stringMatching(new RegExp(`^${name}: expected `))],
    });
    expect(JSON.stringify(parsed)).not.toContain("secret@");
    expect(JSON.stringify(parsed)).not.toMatch(/"[^"]*secret[^"]*"/);
  });

  test("tells all faults at once", () => {
    expect(parseConfig({ PORT: "x", LOG_LEVEL: "loud" })).toMatchObject({
      faults: [expect.stringContaining("PORT"), expect.stringContaining("LOG_LEVEL")],
    });
  });
});
