import { type ConsumerName, consumerNames } from "./make-consumers.ts";

/** The server's configuration. */
export interface Config {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** Where the embedded database keeps its files; unused with `databaseUrl`. */
  readonly dataDir: string;
  /** A PostgreSQL to use instead of the embedded one. */
  readonly databaseUrl: string | null;
  /** Where browsers reach the server, without a slash at the end; null: as the request was addressed. */
  readonly publicUrl: string | null;
  /**
   * Which proxies in front may say who asks and under which address: how many of them there are, or a list of their
   * addresses; false for none.
   */
  readonly trustProxy: false | number | string;
  /** Whoever knows it may start workspaces; null: one is drawn, and works for the first workspace only. */
  readonly setupCode: string | null;
  readonly logLevel: LogLevel;
  /** The services that this process runs; others run elsewhere, on the same database. */
  readonly consumers: readonly ConsumerName[];
  /** The bearer token that `/metrics` asks for; null: it answers only askers on this machine, with no proxy between. */
  readonly metricsToken: string | null;
  /** Whether webhooks may go to private addresses, and over plain HTTP. */
  readonly webhookAllowPrivate: boolean;
  /** MiB that a device and its successors may write within an hour. */
  readonly deviceMibPerHour: number;
  /** MiB that a workspace may store in all. */
  readonly workspaceMib: number;
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** The configuration, or every fault found: which variable, what is wrong, what to write instead. */
export type ParsedConfig =
  | { readonly outcome: "config"; readonly config: Config }
  | { readonly outcome: "faults"; readonly faults: readonly string[] };

/** Reads the configuration from environment variables. Each has a safe default; an empty one counts as not set. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ParsedConfig {
  const faults: string[] = [];
  const read = <Value>(
    name: string,
    fallback: Value,
    parse: (text: string) => Value | undefined,
    expected: string,
  ) => {
    const given = env[name];
    if (given === undefined || given === "") return fallback;
    const value = parse(given);
    if (value !== undefined) return value;
    // A value may be a secret (a password in an address): it is not repeated.
    faults.push(`${name}: expected ${expected}`);
    return fallback;
  };
  const config: Config = {
    port: read("PORT", 8787, findPort, "a port from 0 to 65535, such as PORT=8787"),
    host: read("HOST", "127.0.0.1", (text) => text, "an address to listen on"),
    dataDir: read("DATA_DIR", "./data", (text) => text, "a folder"),
    databaseUrl: read<string | null>(
      "DATABASE_URL",
      null,
      (text) => (/^postgres(ql)?:$/.test(findUrl(text)?.protocol ?? "") ? text : undefined),
      "an address such as DATABASE_URL=postgres://user:password@host:5432/docket",
    ),
    publicUrl: read<string | null>(
      "PUBLIC_URL",
      null,
      findPublicUrl,
      "an address without a path, such as PUBLIC_URL=https://docket.example.com",
    ),
    trustProxy: read<Config["trustProxy"]>(
      "TRUST_PROXY",
      false,
      findTrust,
      "how many proxies there are, or their addresses, such as TRUST_PROXY=1 or TRUST_PROXY=127.0.0.1",
    ),
    setupCode: read<string | null>(
      "SETUP_CODE",
      null,
      (text) => (/^[\w-]{8,100}$/.test(text) ? text : undefined),
      "8 to 100 letters, digits, _ or -",
    ),
    logLevel: read<LogLevel>(
      "LOG_LEVEL",
      "info",
      (text) => logLevels.find((level) => level === text),
      `one of ${logLevels.join(", ")}`,
    ),
    consumers: read<readonly ConsumerName[]>(
      "CONSUMERS",
      consumerNames,
      findConsumers,
      `none, or a list of ${consumerNames.join(", ")}`,
    ),
    metricsToken: read<string | null>(
      "METRICS_TOKEN",
      null,
      (text) => (/^[\w.~+/=-]{16,200}$/.test(text) ? text : undefined),
      "16 to 200 letters, digits or any of . _ ~ + / = -",
    ),
    webhookAllowPrivate: read(
      "WEBHOOK_ALLOW_PRIVATE",
      false,
      (text) => (text === "true" || text === "false" ? text === "true" : undefined),
      "true or false",
    ),
    deviceMibPerHour: read("DEVICE_MIB_PER_HOUR", 128, findMebibytes, mebibytes),
    workspaceMib: read("WORKSPACE_MIB", 16_384, findMebibytes, mebibytes),
  };
  return faults.length > 0 ? { outcome: "faults", faults } : { outcome: "config", config };
}

const mebibytes = "a number of MiB from 1 to 1000000000";

function findMebibytes(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function findPort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function findUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function findPublicUrl(text: string): string | undefined {
  const url = findUrl(text);
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.pathname === "/" && url.search === "" && url.hash === "" ? url.origin : undefined;
}

function findConsumers(text: string): readonly ConsumerName[] | undefined {
  if (text === "none") return [];
  const names = text.split(",").map((name) => consumerNames.find((known) => known === name.trim()));
  return names.every((name) => name !== undefined) ? names : undefined;
}

/**
 * `true` is one proxy: it once meant every address that a request names, of which the first is whatever the asker has
 * written there.
 */
function findTrust(text: string): Config["trustProxy"] | undefined {
  if (text === "true") return 1;
  if (text === "false" || text === "0") return false;
  if (/^[1-9]$/.test(text)) return Number(text);
  return /^[0-9a-fA-F.:/, ]+$/.test(text) && /[.:]/.test(text) ? text : undefined;
}
