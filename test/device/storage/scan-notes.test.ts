import { expect, test } from "vitest";
import {
  addScanNote,
  adoptScanNotes,
  dismissScanNote,
  findScanNotes,
  moveScanNotes,
  newOrderPlace,
} from "../../../src/device/storage/scan-notes.ts";
import { aLocalDevice } from "../support/a-device.ts";

const unknown = (id: string, place: string, code: string) => ({ id, place, code, kind: "unknown" }) as const;

test("[D2] what was scanned and is not known is kept until somebody has dealt with it; the same once more is counted", async () => {
  const { db } = await aLocalDevice();
  await addScanNote(db, unknown("1", "order-1", "999"));
  await addScanNote(db, unknown("2", "order-1", "888"));
  await addScanNote(db, unknown("3", "order-1", "999"));
  const kept = await findScanNotes(db);
  expect(kept.map(({ id, code, count }) => [id, code, count])).toEqual([
    ["3", "999", 2],
    ["2", "888", 1],
  ]);
  await dismissScanNote(db, "3");
  expect((await findScanNotes(db)).map(({ code }) => code)).toEqual(["888"]);
});

test("an order takes over what was scanned before it began, in its order, and the stock and other orders keep theirs", async () => {
  const { db } = await aLocalDevice();
  await addScanNote(db, unknown("1", newOrderPlace, "777"));
  await addScanNote(db, unknown("2", newOrderPlace, "999"));
  await addScanNote(db, unknown("3", "stock", "999"));
  await addScanNote(db, unknown("4", "order-1", "999"));
  await moveScanNotes(db, newOrderPlace, "order-1");
  const kept = await findScanNotes(db);
  expect(kept.map(({ place, code, count }) => [place, code, count])).toEqual([
    ["order-1", "999", 2],
    ["order-1", "777", 1],
    ["stock", "999", 1],
  ]);
});

test("notes are moved once, and only the newest two hundred are kept", async () => {
  const { db } = await aLocalDevice();
  const former = [{ ...unknown("1", "order-1", "999"), count: 3 }];
  await adoptScanNotes(db, former);
  await adoptScanNotes(db, former);
  expect(await findScanNotes(db)).toEqual(former);
  for (let at = 0; at < 201; at += 1) await addScanNote(db, unknown(`n${at}`, "order-2", `code ${at}`));
  const kept = await findScanNotes(db);
  expect([kept.length, kept[0]?.code, kept.at(-1)?.code]).toEqual([200, "code 200", "code 1"]);
});
