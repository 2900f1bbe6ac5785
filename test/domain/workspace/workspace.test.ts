import { describe, expect, test } from "vitest";
import {
  acceptsWorkspace,
  decideWorkspace,
  evolveWorkspace,
  noWorkspace,
  type WorkspaceEvent,
} from "../../../src/domain/workspace/workspace.ts";
import { aWorkspace } from "../builders.ts";
import { specify } from "../specification.ts";

const { given } = specify({
  initial: noWorkspace,
  decide: decideWorkspace,
  accepts: acceptsWorkspace,
  evolve: evolveWorkspace,
});
const setUp: WorkspaceEvent = { type: "workspace-set-up", schemaVersion: 2, data: aWorkspace() };
const renamed: WorkspaceEvent = {
  type: "settings-changed",
  schemaVersion: 2,
  data: { changes: { name: { from: "Quay Wholesale", to: "Quay" } } },
};

describe("the settings of a business", () => {
  test("a workspace is set up once", () => {
    given().when({ type: "set-up-workspace", data: aWorkspace() }).then(setUp);
    given(setUp)
      .when({ type: "set-up-workspace", data: aWorkspace() })
      .thenRejected({ reason: "workspace-exists" });
  });

  test("settings change field by field; the same field is a conflict (L10)", () => {
    given(setUp)
      .when({ type: "change-settings", data: { changes: { name: { from: "Quay Wholesale", to: "Quay" } } } })
      .then(renamed);
    given(setUp, renamed)
      .when({ type: "change-settings", data: { changes: { name: { from: "Quay Wholesale", to: "Pier" } } } })
      .thenRejected({
        reason: "settings-changed-meanwhile",
        conflicts: [{ field: "name", before: "Quay Wholesale", yours: "Pier", theirs: "Quay" }],
      });
    given(setUp, renamed)
      .whenRecorded(renamed)
      .thenRejected({
        reason: "settings-changed-meanwhile",
        conflicts: [{ field: "name", before: "Quay Wholesale", yours: "Quay", theirs: "Quay" }],
      });
    given(setUp, renamed)
      .when({ type: "change-settings", data: { changes: { name: { from: "x", to: "Quay" } } } })
      .thenAlready();
    expect(given(setUp, renamed).state).toMatchObject({ name: "Quay", currency: "EUR" });
  });

  test("the currency stays what it was set to", () => {
    given(setUp)
      .when({ type: "change-settings", data: { changes: { currency: { from: "EUR", to: "USD" } } } })
      .thenRejected({ reason: "currency-fixed", currency: "EUR" });
  });

  test("nothing is changed of settings that are not there", () => {
    given()
      .when({ type: "change-settings", data: { changes: {} } })
      .thenRejected({ reason: "workspace-not-found" });
    given().whenRecorded(renamed).thenRejected({ reason: "workspace-not-found" });
    expect(given(renamed).state).toEqual({ status: "none" });
  });
});
