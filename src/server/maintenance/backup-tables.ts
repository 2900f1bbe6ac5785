/** One table in a backup: its columns with their PostgreSQL types, and the columns that its rows are ordered by. */
export interface BackupTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, "uuid" | "text" | "integer" | "bigint" | "boolean">>;
  readonly key: readonly string[];
}

/** What is made again from the log automatically, and left out of a backup. */
export const derivedTables: readonly string[] = ["states", "states_places"];

/**
 * All other tables with their data, in the order in which a backup holds them: first what the check of the rest needs
 * (the key of the seals, where each log ends), the log last. A test holds them against the database's own catalogue.
 */
export const backupTables: readonly BackupTable[] = [
  {
    name: "installation",
    columns: {
      id: "integer",
      seal_key: "text",
      setup_code: "text",
      installed_at: "text",
      workspaces: "integer",
    },
    key: ["id"],
  },
  {
    name: "workspaces",
    columns: {
      workspace: "uuid",
      name: "text",
      head: "bigint",
      hash: "text",
      devices: "integer",
      created_at: "text",
      bytes: "bigint",
    },
    key: ["workspace"],
  },
  {
    name: "devices",
    columns: {
      workspace: "uuid",
      id: "uuid",
      code: "text",
      name: "text",
      role: "text",
      token_hash: "text",
      joined_by: "text",
      joined_at: "text",
      last_seen_at: "text",
      revoked_at: "text",
      root: "uuid",
    },
    key: ["workspace", "id"],
  },
  {
    name: "tokens",
    columns: { hash: "text", workspace: "uuid", device: "uuid", root: "uuid" },
    key: ["hash"],
  },
  {
    name: "invites",
    columns: {
      workspace: "uuid",
      code_hash: "text",
      role: "text",
      expires_at: "text",
      used_by: "uuid",
      made_by: "uuid",
    },
    key: ["workspace", "code_hash"],
  },
  { name: "invite_codes", columns: { hash: "text", workspace: "uuid" }, key: ["hash"] },
  { name: "consumer_doors", columns: { workspace: "uuid" }, key: ["workspace"] },
  {
    name: "consumers",
    columns: { workspace: "uuid", consumer: "text", position: "bigint", moved_at: "text" },
    key: ["workspace", "consumer"],
  },
  {
    name: "set_aside",
    columns: {
      workspace: "uuid",
      consumer: "text",
      position: "bigint",
      stream: "text",
      event: "uuid",
      reason: "text",
      at: "text",
    },
    key: ["workspace", "consumer", "position"],
  },
  {
    name: "stock_levels",
    columns: {
      workspace: "uuid",
      sku: "text",
      on_hand: "bigint",
      reserved: "bigint",
      counts: "bigint",
      received: "bigint",
      told_on_hand: "bigint",
      told_counts: "bigint",
      told_received: "bigint",
      untold: "boolean",
    },
    key: ["workspace", "sku"],
  },
  {
    name: "stock_claims",
    columns: {
      workspace: "uuid",
      order_id: "uuid",
      sku: "text",
      number: "text",
      place: "bigint",
      wanted: "bigint",
      reserved: "bigint",
    },
    key: ["workspace", "order_id", "sku"],
  },
  {
    name: "subscriptions",
    columns: {
      workspace: "uuid",
      id: "uuid",
      url: "text",
      description: "text",
      mode: "text",
      types: "text",
      secret: "text",
      former_secret: "text",
      former_until: "text",
      state: "text",
      from_position: "bigint",
      created_at: "text",
      last_delivered_at: "text",
      made_by: "uuid",
    },
    key: ["workspace", "id"],
  },
  {
    name: "deliveries",
    columns: {
      workspace: "uuid",
      subscription: "uuid",
      position: "bigint",
      id: "uuid",
      stream: "text",
      event: "uuid",
      type: "text",
      state: "text",
      attempts: "integer",
      tried_at: "text",
      fault: "text",
      settled_at: "text",
    },
    key: ["workspace", "subscription", "position"],
  },
  {
    name: "delivery_lanes",
    columns: {
      workspace: "uuid",
      subscription: "uuid",
      stream: "text",
      position: "bigint",
      due_at: "text",
      lease: "uuid",
    },
    key: ["workspace", "subscription", "stream"],
  },
  { name: "delivery_doors", columns: { workspace: "uuid", due_at: "text" }, key: ["workspace"] },
  {
    name: "numbers",
    columns: { workspace: "uuid", number: "text", stream: "text" },
    key: ["workspace", "number"],
  },
  {
    name: "commands",
    columns: {
      workspace: "uuid",
      id: "uuid",
      device: "uuid",
      seq: "bigint",
      fingerprint: "text",
      first_position: "bigint",
      events: "integer",
      refusal: "text",
    },
    key: ["workspace", "id", "device"],
  },
  {
    name: "events",
    columns: {
      workspace: "uuid",
      position: "bigint",
      id: "uuid",
      stream: "text",
      version: "integer",
      type: "text",
      schema_version: "integer",
      data: "text",
      at: "text",
      recorded_at: "text",
      clock_offset_ms: "bigint",
      device: "uuid",
      seq: "bigint",
      command: "uuid",
      actor: "text",
      traceparent: "text",
      causation: "uuid",
      hash: "text",
      seal: "text",
    },
    key: ["workspace", "position"],
  },
];
