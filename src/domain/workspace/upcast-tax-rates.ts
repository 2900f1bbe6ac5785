import type { EventOf } from "../event.ts";
import type { Changes } from "../field-changes.ts";
import type { BasisPoints } from "../money.ts";
import { ppmOfBps } from "../tax-in-bps.ts";
import type { SettingsChanged, TaxRate, WorkspaceFields, WorkspaceSetUp } from "./workspace.ts";

/** A rate in basis points. */
export interface TaxRateInBps {
  readonly name: string;
  readonly bps: BasisPoints;
}

/** Settings whose rates are in basis points. */
export type WorkspaceFieldsInBps = Omit<WorkspaceFields, "taxRates"> & {
  readonly taxRates: readonly TaxRateInBps[];
};

/** As written until taxes were said in parts per million. */
export type WorkspaceSetUpV1 = EventOf<"workspace-set-up", 1, WorkspaceFieldsInBps>;
export type SettingsChangedV1 = EventOf<
  "settings-changed",
  1,
  { readonly changes: Changes<WorkspaceFieldsInBps> }
>;

/** The rates of a business in parts per million. */
export function upcastWorkspaceSetUpV1({ data }: WorkspaceSetUpV1): WorkspaceSetUp {
  return {
    type: "workspace-set-up",
    schemaVersion: 2,
    data: { ...data, taxRates: liftRates(data.taxRates) },
  };
}

/** A change of the rates, from and to in parts per million. */
export function upcastSettingsChangedV1({ data }: SettingsChangedV1): SettingsChanged {
  const changes = liftRatesChange(data.changes);
  return { type: "settings-changed", schemaVersion: 2, data: { ...data, changes } };
}

/** Rates in parts per million, in the same order under the same names. */
export function liftRates(rates: readonly TaxRateInBps[]): readonly TaxRate[] {
  return rates.map(({ bps, ...rate }) => ({ ...rate, ppm: ppmOfBps(bps) }));
}

/** The changes with that of the rates, where there is one, in parts per million. */
export function liftRatesChange(changes: Changes<WorkspaceFieldsInBps>): Changes<WorkspaceFields> {
  const { taxRates: change, ...others } = changes;
  if (change === undefined) return others;
  return { ...others, taxRates: { from: liftRates(change.from), to: liftRates(change.to) } };
}
