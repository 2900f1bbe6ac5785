import { describe, expect, test } from "vitest";
import type { KnownState } from "../../src/domain/kinds.ts";
import { kinds } from "../../src/domain/kinds.ts";
import { liftState, stateUpcasters } from "../../src/domain/upcast-state.ts";
import { added, cancelled, drafted, orders, uuid } from "./builders.ts";

const order = `order/${uuid(1)}`;

describe("[L13] a state that an older build folded", () => {
  test("is lifted to what the fold of today makes of the same events, step by step", () => {
    const { state } = orders.given(drafted(), added(1, { taxPpm: 190_000 }), cancelled);
    if (state.status !== "cancelled") throw new Error(`expected a cancelled order, found ${state.status}`);
    const { cancelNote, lines, ...rest } = state;
    const inBps = lines.map(({ taxPpm, ...line }) => ({ ...line, taxBps: taxPpm / 100 }));
    const first = { ...rest, cancelReason: cancelNote, lines: inBps } as unknown as KnownState;
    const third = { ...rest, cancelReason: cancelNote, lines } as unknown as KnownState;
    expect(liftState(order, first, 1)).toEqual(state);
    expect(liftState(order, third, 3)).toEqual(state);
    expect(liftState(order, state, kinds.order.evolveVersion)).toBe(state);
  });

  test("before its first event is what it was", () => {
    expect(liftState(order, { status: "none" }, 1)).toEqual({ status: "none" });
  });

  test("that no steps lead from, or that a newer build folded, is not guessed", () => {
    const { state } = orders.given(drafted());
    expect(liftState(order, state, 0)).toBeUndefined();
    expect(liftState(order, state, kinds.order.evolveVersion + 1)).toBeUndefined();
    expect(liftState(`rota/${uuid(1)}`, state, 1)).toBeUndefined();
  });

  test("has a step from every fold of its kind that has a step at all, without a gap", () => {
    for (const [kind, { evolveVersion }] of Object.entries(kinds)) {
      const from = Object.keys(stateUpcasters)
        .filter((key) => key.startsWith(`${kind}@`))
        .map((key) => Number(key.split("@")[1]))
        .sort((a, b) => a - b);
      const first = from[0] ?? evolveVersion;
      expect(from).toEqual(Array.from({ length: evolveVersion - first }, (_, at) => first + at));
    }
  });
});
