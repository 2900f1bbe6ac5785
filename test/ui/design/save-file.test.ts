import { describe, expect, test } from "vitest";
import { findShareable } from "../../../src/ui/design/save-file.ts";

const app = { ios: true, safari: true, standalone: true };
const parts = ["sku,name\n", "JAM,Plum Jam\n"];
const find = (platform: typeof app, shares: (type: string) => boolean) =>
  findShareable("docket.jsonl", parts, "application/x-ndjson", platform, ({ files }) =>
    shares(files?.[0]?.type ?? ""),
  );

describe("a file", () => {
  test("is shared by an app on the home screen of an iPhone", async () => {
    const file = find(app, () => true);
    expect([file?.name, file?.type]).toEqual(["docket.jsonl", "application/x-ndjson"]);
    expect(await file?.text()).toBe(parts.join(""));
  });
  test("of a type that the system does not know is shared as plain text, under its name", () => {
    const file = find(app, (type) => type === "text/plain");
    expect([file?.name, file?.type]).toEqual(["docket.jsonl", "text/plain"]);
  });
  test("is downloaded where it cannot be shared, in a tab and everywhere else", () => {
    expect(find(app, () => false)).toBeUndefined();
    expect(find({ ...app, standalone: false }, () => true)).toBeUndefined();
    expect(find({ ios: false, safari: false, standalone: true }, () => true)).toBeUndefined();
  });
});
