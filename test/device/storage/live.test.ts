import { expect, test } from "vitest";
import { createDatabase, setUp } from "../../../src/device/create-device.ts";
import { openDevice } from "../../../src/device/open-device.ts";
import { live } from "../../../src/device/storage/live.ts";
import { findSettings } from "../../../src/device/views/queries.ts";
import { uuid } from "../../domain/builders.ts";
import { freshStorage, someSettings } from "../support/a-device.ts";

test("a live query hears of everything that it read, also after its first await", async () => {
  const storage = freshStorage();
  const identity = { deviceId: uuid(1), code: "K7", deviceName: "Van 1", workspaceId: uuid(2) };
  await createDatabase("docket-live", { ...identity, workspaceName: someSettings.name }, storage);
  const device = await openDevice("docket-live", storage);
  const heard: (string | undefined)[] = [];
  const heardTwice = new Promise<void>((resolve, reject) => {
    // It reads who this is, and then the settings, which are not there yet.
    live(() => findSettings(device.db)).subscribe((settings) => {
      heard.push(settings?.name);
      if (heard.length === 1) setUp(device, uuid(2), someSettings).catch(reject);
      if (heard.length === 2) resolve();
    }, reject);
  });
  await heardTwice;
  expect(heard).toEqual([undefined, someSettings.name]);
  device.close();
});
