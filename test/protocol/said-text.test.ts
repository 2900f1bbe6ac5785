import { expect, test } from "vitest";
import { saidText } from "../../src/protocol/said-text.ts";

const changed = (schemaVersion: number, changes: object) => ({
  type: "customer-changed",
  schemaVersion,
  data: { changes },
});

test("an event says the same in the shape of before and in today's, with what its upcaster adds", () => {
  const before = changed(1, { contact: { from: "Orla Byrne", to: "Ann Lee" } });
  const now = changed(2, { contactName: { from: "Orla Byrne", to: "Ann Lee" } });
  expect(saidText(before)).toBe(saidText(now));
  expect(saidText(before)).not.toBe(
    saidText(changed(2, { contactName: { from: "Orla Byrne", to: "Bo Ek" } })),
  );
});

test("what this build does not know is compared as it is", () => {
  const event = { type: "order-teleported", schemaVersion: 1, data: { to: "Mars" } };
  expect(saidText(event)).toBe(saidText({ ...event, data: { to: "Mars" } }));
  expect(saidText(event)).not.toBe(saidText({ ...event, schemaVersion: 2 }));
  expect(saidText(event)).not.toBe(saidText({ ...event, data: { to: "Venus" } }));
});
