// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { mustMeta, putMeta } from "../../../src/device/storage/meta.ts";
import type { SyncTrouble } from "../../../src/device/storage/sync-status.ts";
import { Outbox } from "../../../src/ui/outbox/Outbox.tsx";
import { syncTroubleWords } from "../../../src/ui/words/sync-words.ts";
import { until } from "../../support/until.ts";
import { findNamed } from "../support/hands.ts";
import { type Shown, show } from "../support/show.tsx";

const joinAgain = "Join again with an invite";

/** Shows the outbox of a device whose sync is kept back by this. */
async function showTrouble(trouble: SyncTrouble): Promise<Shown> {
  const shown = await show(Outbox, async ({ db }) => {
    await putMeta(db, "status", { ...(await mustMeta(db, "status")), trouble });
    return "/outbox";
  });
  await until(() => shown.root.textContent.includes(syncTroubleWords({ trouble }).short));
  return shown;
}

test.each(["revoked", "unknown-token", "device-cloned"] as const)(
  "a device that the server no longer lets in (%s) is led to joining again",
  async (trouble) => {
    const { root } = await showTrouble(trouble);
    const link = findNamed<HTMLAnchorElement>(root, "a", joinAgain);
    expect(link?.getAttribute("href")).toBe("/join");
  },
);

test("what passes without joining again offers no way to it", async () => {
  const { root } = await showTrouble("unreachable");
  expect(findNamed(root, "a", joinAgain)).toBeUndefined();
});
