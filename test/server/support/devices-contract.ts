import { describe, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import type { DeviceRow, Store } from "../../../src/server/store/store.ts";
import { someTime } from "./commands.ts";
import { anInvite, deviceRow } from "./rows.ts";

/** What a store keeps of who may do what: workspaces, devices, lineages, tokens and invites. */
export function describeDevices(
  store: () => Store,
  startWorkspace: () => Promise<{ readonly id: string; readonly owner: DeviceRow }>,
): void {
  describe("devices", () => {
    test("a successor has its predecessor's lineage, and its token tells it", async () => {
      const { id, owner } = await startWorkspace();
      const heir = deviceRow({ code: "M4", joinedBy: owner.id, root: owner.root });
      await store().inWorkspace(id, (tx) => tx.insertDevice(heir));
      expect(await store().inWorkspace(id, (tx) => tx.findDevice(heir.id))).toEqual(heir);
      expect(await store().findToken(heir.tokenHash)).toEqual({
        workspace: id,
        device: heir.id,
        root: owner.id,
      });
    });

    test("a token or a code that nobody was given leads nowhere", async () => {
      await startWorkspace();
      expect(await store().findToken("ab".repeat(32))).toBeUndefined();
      expect(await store().findInviteWorkspace("ab".repeat(32))).toBeUndefined();
    });

    test("a lineage is listed, counted and changed as one, and another one stays as it is", async () => {
      const { id, owner } = await startWorkspace();
      const joinedAt = "2026-03-02T09:00:00.000Z";
      const heir = deviceRow({ code: "M4", joinedBy: owner.id, root: owner.root, joinedAt });
      const rep = deviceRow({ code: "P6", role: "rep" });
      await store().inWorkspace(id, (tx) => tx.insertDevice(heir));
      await store().inWorkspace(id, (tx) => tx.insertDevice(rep));
      const look = () =>
        store().inWorkspace(id, async (tx) => ({
          lineage: await tx.listLineage(owner.root),
          living: await tx.countLineages(),
          lately: [await tx.countSuccessors(someTime), await tx.countSuccessors(joinedAt)],
          codes: (await tx.findCodes(["M4", "K9", "P6", "X1"])).map(({ code, root }) => [code, root]).sort(),
        }));
      const codes = [
        ["K9", owner.root],
        ["M4", owner.root],
        ["P6", rep.root],
      ];
      expect(await look()).toEqual({ lineage: [owner, heir], living: 2, lately: [1, 0], codes });
      await store().inWorkspace(id, (tx) => tx.updateLineage(owner.root, { role: "rep" }));
      await store().inWorkspace(id, (tx) => tx.updateLineage(owner.root, { revokedAt: joinedAt }));
      // The first time stays: it says when the access ended.
      await store().inWorkspace(id, (tx) =>
        tx.updateLineage(owner.root, { revokedAt: "2027-01-01T00:00:00.000Z" }),
      );
      const ended = { role: "rep", revokedAt: joinedAt } as const;
      expect(await look()).toEqual({
        lineage: [
          { ...owner, ...ended },
          { ...heir, ...ended },
        ],
        living: 1,
        lately: [1, 0],
        codes: codes.slice(2),
      });
      expect(await store().inWorkspace(id, (tx) => tx.findDevice(rep.id))).toEqual(rep);
    });

    test("devices join, change and are counted, and an invite is used once", async () => {
      const { id, owner } = await startWorkspace();
      const joining = deviceRow({ code: "M4", role: "rep" });
      const codeHash = "ef".repeat(32);
      const invite = { ...anInvite(codeHash), madeBy: owner.root };
      await store().inWorkspace(id, (tx) => tx.insertInvite(invite));
      expect(await store().findInviteWorkspace(codeHash)).toBe(id);
      const count = await store().inWorkspace(id, async (tx) => {
        const counted = await tx.countDevice();
        await tx.insertDevice(joining);
        await tx.useInvite(codeHash, joining.id);
        return counted;
      });
      expect(count).toBe(2);
      await store().inWorkspace(id, (tx) =>
        tx.updateDevice(joining.id, { name: "Van", lastSeenAt: someTime }),
      );
      const found = await store().inWorkspace(id, async (tx) => [
        await tx.listDevices(),
        await tx.findInvite(codeHash),
      ]);
      expect(found).toEqual([
        expect.arrayContaining([owner, { ...joining, name: "Van", lastSeenAt: someTime }]),
        { ...invite, usedBy: joining.id },
      ]);
      expect(await store().inWorkspace(id, (tx) => tx.forgetInvites("2027-01-01T00:00:00.000Z"))).toBe(0);
      expect(await store().inWorkspace(id, (tx) => tx.findInvite(codeHash))).toBeUndefined();
    });

    test("a first workspace is created only while there is none", async () => {
      await startWorkspace();
      const before = await store().countWorkspaces();
      const second = { id: newId(), name: "Second", createdAt: someTime, owner: deviceRow() };
      expect(await store().createWorkspace(second, true)).toBe(false);
      expect(await store().countWorkspaces()).toBe(before);
      expect(await store().findToken(second.owner.tokenHash)).toBeUndefined();
    });
  });
}
