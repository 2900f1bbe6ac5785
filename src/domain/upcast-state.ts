import { type CustomerFieldsV1, liftContact } from "./customer/upcast-customer-contact.ts";
import { findEvolveVersion } from "./evolve-versions.ts";
import type { KnownState } from "./kinds.ts";
import type { OrderLineInBps } from "./order/upcast-order-taxes.ts";
import { kindOf } from "./stream-key.ts";
import { liftTax, type TaxInBps } from "./tax-in-bps.ts";
import { liftRates, type TaxRateInBps } from "./workspace/upcast-tax-rates.ts";

/** A state that some build folded: which shape it has is told by the version of that fold. */
type Existing = Exclude<KnownState, { readonly status: "none" }>;

/**
 * One step from the state of an older fold to that of the next, by `kind@evolveVersion` of the older one: the state
 * that the next fold makes of the same events, lifted. A fold that changed what it means has no step: its states are
 * folded again.
 */
export const stateUpcasters: Readonly<Record<string, (state: unknown) => unknown>> = {
  // Back-ordered lines came: what an older fold could read has none.
  "order@1": (state) => state,
  "order@2": (state) => {
    const order = state as { readonly lines: readonly OrderLineInBps[] };
    return { ...order, lines: order.lines.map(liftTax) };
  },
  "order@3": (state) => {
    const order = state as { readonly status: string; readonly cancelReason?: string };
    if (order.status !== "cancelled") return order;
    const { cancelReason, ...rest } = order;
    return { ...rest, cancelNote: cancelReason };
  },
  "customer@1": (state) => liftContact(state as CustomerFieldsV1),
  "product@1": (state) => liftTax(state as TaxInBps),
  "workspace@1": (state) => {
    const settings = state as { readonly taxRates: readonly TaxRateInBps[] };
    return { ...settings, taxRates: liftRates(settings.taxRates) };
  },
};

/**
 * The state of a stream as this build has it, from one that another build folded; undefined where no steps lead here.
 * It is read while the events are folded again, and where a device has the state and not the events.
 */
export function liftState(stream: string, state: KnownState, from: number): KnownState | undefined {
  const to = findEvolveVersion(kindOf(stream));
  if (to === undefined || from > to) return undefined;
  let lifted: unknown = state;
  for (let version = from; version < to; version += 1) {
    const step = stateUpcasters[`${kindOf(stream)}@${version}`];
    if (step === undefined) return undefined;
    if ((lifted as KnownState).status !== "none") lifted = step(lifted as Existing);
  }
  return lifted as KnownState;
}
