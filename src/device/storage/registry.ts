import Dexie, { type Table } from "dexie";
import type { DeviceStorage } from "./device.ts";

/** The id that a workspace goes by while it has no server. */
export const localWorkspaceId = "local";

/** One workspace that this device knows, and the database that holds it. */
export interface WorkspaceEntry {
  readonly id: string;
  readonly name: string;
  readonly database: string;
  readonly current: boolean;
  /** Databases of work before joining, whose commands are still to be moved into this one. */
  readonly toAdopt?: readonly string[];
}

interface RegistryDatabase extends Dexie {
  readonly workspaces: Table<WorkspaceEntry, string>;
}

/** All workspaces of this device. */
export async function listWorkspaces(storage: DeviceStorage = {}): Promise<readonly WorkspaceEntry[]> {
  return inRegistry(storage, (registry) => registry.workspaces.toArray());
}

/** The workspace that this device works in. */
export async function findCurrentWorkspace(storage: DeviceStorage = {}): Promise<WorkspaceEntry | undefined> {
  return (await listWorkspaces(storage)).find(({ current }) => current);
}

/** Makes a known workspace the current one; the page opens it again afterwards. */
export async function switchWorkspace(id: string, storage: DeviceStorage = {}): Promise<void> {
  await inRegistry(storage, (registry) =>
    registry.transaction("rw", registry.workspaces, async () => {
      const all = await registry.workspaces.toArray();
      if (!all.some((entry) => entry.id === id))
        throw new Error(`expected a workspace known here, found ${id}`);
      await registry.workspaces.bulkPut(all.map((entry) => ({ ...entry, current: entry.id === id })));
    }),
  );
}

/** Adds a workspace and makes it the current one; `instead` names one that it replaces. */
export async function addWorkspace(
  entry: Omit<WorkspaceEntry, "current">,
  storage: DeviceStorage = {},
  instead?: string,
): Promise<void> {
  await inRegistry(storage, (registry) =>
    registry.transaction("rw", registry.workspaces, async () => {
      const others = (await registry.workspaces.toArray()).filter(
        ({ id }) => id !== entry.id && id !== instead,
      );
      if (instead !== undefined) await registry.workspaces.delete(instead);
      await registry.workspaces.bulkPut([
        ...others.map((other) => ({ ...other, current: false })),
        { ...entry, current: true },
      ]);
    }),
  );
}

/** Forgets a workspace whose database is lost; another one that is known here becomes the current one. */
export async function forgetWorkspace(id: string, storage: DeviceStorage = {}): Promise<void> {
  await inRegistry(storage, (registry) =>
    registry.transaction("rw", registry.workspaces, async () => {
      await registry.workspaces.delete(id);
      const all = await registry.workspaces.toArray();
      const [next] = all;
      if (next !== undefined && !all.some(({ current }) => current))
        await registry.workspaces.put({ ...next, current: true });
    }),
  );
}

/** Notes that everything was moved. */
export async function noteAdopted(id: string, storage: DeviceStorage = {}): Promise<void> {
  await inRegistry(storage, (registry) =>
    registry.transaction("rw", registry.workspaces, async () => {
      const entry = await registry.workspaces.get(id);
      if (entry === undefined) return;
      const { toAdopt: _toAdopt, ...rest } = entry;
      await registry.workspaces.put(rest);
    }),
  );
}

async function inRegistry<Result>(
  storage: DeviceStorage,
  work: (registry: RegistryDatabase) => PromiseLike<Result>,
): Promise<Result> {
  const registry = new Dexie("docket", {
    chromeTransactionDurability: "strict",
    ...storage,
  }) as RegistryDatabase;
  registry.version(1).stores({ workspaces: "id" });
  try {
    return await work(registry);
  } finally {
    registry.close();
  }
}
