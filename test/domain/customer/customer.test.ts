import { describe, expect, test } from "vitest";
import {
  acceptsCustomer,
  blankCustomer,
  type CustomerEvent,
  decideCustomer,
  evolveCustomer,
  noCustomer,
} from "../../../src/domain/customer/customer.ts";
import { aCustomer, anAddress } from "../builders.ts";
import { specify } from "../specification.ts";

const { given } = specify({
  initial: noCustomer,
  decide: decideCustomer,
  accepts: acceptsCustomer,
  evolve: evolveCustomer,
});
const added: CustomerEvent = { type: "customer-added", schemaVersion: 2, data: aCustomer() };
const noted: CustomerEvent = {
  type: "customer-changed",
  schemaVersion: 2,
  data: { changes: { note: { from: "", to: "late payer" } } },
};

describe("customers", () => {
  test("a customer is added once", () => {
    given().when({ type: "add-customer", data: aCustomer() }).then(added);
    given(added)
      .when({ type: "add-customer", data: aCustomer() })
      .thenRejected({ reason: "customer-exists" });
    expect(given(added, added).state).toEqual({ ...aCustomer(), status: "known" });
  });

  test("fields change one by one; the same field is a conflict that shows both (L10)", () => {
    given(added)
      .when({ type: "change-customer", data: { changes: { note: { from: "", to: "late payer" } } } })
      .then(noted);
    given(added, noted)
      .when({ type: "change-customer", data: { changes: { phone: { from: "+353 1 555", to: "1" } } } })
      .then({
        type: "customer-changed",
        schemaVersion: 2,
        data: { changes: { phone: { from: "+353 1 555", to: "1" } } },
      });
    given(added, noted)
      .when({ type: "change-customer", data: { changes: { note: { from: "", to: "good payer" } } } })
      .thenRejected({
        reason: "customer-changed-meanwhile",
        conflicts: [{ field: "note", before: "", yours: "good payer", theirs: "late payer" }],
      });
    given(added, noted)
      .when({ type: "change-customer", data: { changes: { note: { from: "", to: "late payer" } } } })
      .thenAlready();
  });

  test("a fact that follows from another value than the current one is refused", () => {
    given(added, noted)
      .whenRecorded(noted)
      .thenRejected({
        reason: "customer-changed-meanwhile",
        conflicts: [{ field: "note", before: "", yours: "late payer", theirs: "late payer" }],
      });
  });

  test("nobody changes a customer who is not there", () => {
    given()
      .when({ type: "change-customer", data: { changes: {} } })
      .thenRejected({ reason: "customer-not-found" });
    given().whenRecorded(noted).thenRejected({ reason: "customer-not-found" });
  });

  test("archiving hides and can be taken back", () => {
    const archived = {
      type: "customer-changed",
      schemaVersion: 2,
      data: { changes: { archived: { from: false, to: true } } },
    } as const;
    expect(given(added, archived).state).toMatchObject({ archived: true });
    given(added, archived)
      .when({ type: "change-customer", data: { changes: { archived: { from: true, to: false } } } })
      .then({
        type: "customer-changed",
        schemaVersion: 2,
        data: { changes: { archived: { from: true, to: false } } },
      });
  });

  test("an import adds, brings up to date what the list names, and settles what agrees", () => {
    const fields = { code: "HARB", company: "Harbour Café", address: anAddress() };
    given()
      .when({ type: "import-customer", data: { fields } })
      .then({
        type: "customer-added",
        schemaVersion: 2,
        data: { ...blankCustomer(fields), address: anAddress() },
      });
    given(added, noted).when({ type: "import-customer", data: { fields } }).thenAlready();
    given(added, noted)
      .when({ type: "import-customer", data: { fields: { ...fields, phone: "9" } } })
      .then({
        type: "customer-changed",
        schemaVersion: 2,
        data: { changes: { phone: { from: "+353 1 555", to: "9" } } },
      });
  });

  test("a member that only a newer build knows is kept and not changed by a forger", () => {
    const state = given({
      ...added,
      data: { ...aCustomer(), tier: "gold" } as ReturnType<typeof aCustomer>,
    }).state;
    expect(state).toHaveProperty("tier", "gold");
    const forged = { changes: { status: { from: "known", to: "none" } } } as CustomerEvent["data"] & {
      changes: object;
    };
    const after = evolveCustomer(state, {
      type: "customer-changed",
      schemaVersion: 2,
      data: forged,
      at: "2026-01-05T09:00:00.000Z",
    });
    expect(after.status).toBe("known");
  });
});
