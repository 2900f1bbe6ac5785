import type { WorkspaceDevice } from "../../protocol/joining-messages.ts";

/** One person's access: the identity that it goes by now, and those that it went by before, the newest first. */
export interface Lineage {
  readonly root: string;
  readonly current: WorkspaceDevice;
  readonly earlier: readonly WorkspaceDevice[];
}

/**
 * Devices by lineage, in the order in which the lineages joined. Current is the newest that has access, or else the
 * newest: one identity is shown for each, since role and access are for all of it. Older servers tell no lineages: each
 * device is then its own.
 */
export function groupDevices(devices: readonly WorkspaceDevice[]): readonly Lineage[] {
  const byRoot = new Map<string, WorkspaceDevice[]>();
  for (const device of devices) {
    const root = device.root ?? device.id;
    byRoot.set(root, [...(byRoot.get(root) ?? []), device]);
  }
  return [...byRoot].flatMap(([root, members]) => {
    const newestFirst = members.toSorted((one, other) => (one.joinedAt < other.joinedAt ? 1 : -1));
    const current = newestFirst.find(({ revokedAt }) => revokedAt === null) ?? newestFirst[0];
    if (current === undefined) return [];
    return [{ root, current, earlier: newestFirst.filter((device) => device !== current) }];
  });
}

/** Whether a lineage that has access took a new identity after a time, ISO 8601 UTC. */
export function isNewIdentity({ current, earlier }: Lineage, seenUntil: string): boolean {
  if (current.revokedAt !== null) return false;
  return (lastTakeOver([current, ...earlier]) ?? "") > seenUntil;
}

/** When a device last took over from another; undefined where none ever did. ISO 8601 UTC. */
export function lastTakeOver(devices: readonly WorkspaceDevice[]): string | undefined {
  return devices
    .filter(({ successorOf }) => successorOf != null)
    .map(({ joinedAt }) => joinedAt)
    .sort()
    .at(-1);
}
