import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  acceptsOn,
  belongsOn,
  decideOn,
  evolveOn,
  findKind,
  initialOf,
  type KnownCommand,
  type KnownEvent,
  type KnownState,
  kinds,
} from "../../src/domain/kinds.ts";
import { type ExistingOrder, isOpen, type OrderState } from "../../src/domain/order/order-state.ts";
import { stateAs } from "../../src/domain/state-as.ts";
import { schemaVersions } from "../../src/domain/upcast.ts";
import { anyCommand, anyEvent, orderCommand, streams } from "./arbitraries.ts";
import { added, aProduct, drafted, uuid } from "./builders.ts";
import { momentOf } from "./specification.ts";

const order = `order/${uuid(1)}`;
const at = momentOf(1);

/** Decides a command and folds what it yields; asserts that the server would accept each fact. */
function apply(stream: string, command: KnownCommand, state: KnownState) {
  const decision = decideOn(stream, command, state);
  let after = state;
  for (const event of decision.outcome === "events" ? decision.events : []) {
    expect(acceptsOn(stream, event, after)).toBeUndefined();
    after = evolveOn(stream, after, { ...event, at });
  }
  return { decision, after };
}

describe("every kind of stream", () => {
  test("whatever is decided is accepted, event by event", () => {
    let decided = 0;
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (wishes) => {
        const states = new Map<string, KnownState>();
        for (const { stream, command } of wishes) {
          const { decision, after } = apply(stream, command, states.get(stream) ?? initialOf(stream));
          if (decision.outcome === "events") decided += 1;
          states.set(stream, after);
        }
      }),
      { seed: 20260105, numRuns: 500 },
    );
    expect(decided).toBeGreaterThan(1000);
  });

  test("what is wished a second time at once is settled, or an addition, or told to exist", () => {
    const adds = [
      "add-line",
      "add-quantity",
      "start-order",
      "add-customer",
      "add-product",
      "set-up-workspace",
      "receive-stock",
      "count-stock",
    ];
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 20 }), anyCommand, (before, wish) => {
        let state = initialOf(wish.stream);
        for (const { stream, command } of before)
          if (stream === wish.stream) state = apply(stream, command, state).after;
        const { decision, after } = apply(wish.stream, wish.command, state);
        if (decision.outcome !== "events" || adds.includes(wish.command.type)) return;
        expect(decideOn(wish.stream, wish.command, after)).toEqual({ outcome: "already" });
      }),
      { seed: 20260105, numRuns: 3000 },
    );
  });

  test("folding is total: any event in any state is folded, on any stream, and none throws", () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(anyEvent, { maxLength: 20 }), (stream, events) => {
        const end = events.reduce(
          (state, event) => evolveOn(stream, state, { ...event, at }),
          initialOf(stream),
        );
        expect(end).toHaveProperty("status");
      }),
      { seed: 20260105, numRuns: 2000 },
    );
  });

  test("folding leaves the state before as it was", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...streams),
        fc.array(anyEvent, { maxLength: 10 }),
        anyEvent,
        (stream, events, last) => {
          const state = events.reduce(
            (before, event) => evolveOn(stream, before, { ...event, at }),
            initialOf(stream),
          );
          const copy = structuredClone(state);
          evolveOn(stream, state, { ...last, at });
          expect(state).toEqual(copy);
        },
      ),
      { seed: 20260105, numRuns: 500 },
    );
  });

  test("[L9] rebuilt equals incremental: a state survives the disk anywhere between two events", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...streams),
        fc.array(anyEvent, { maxLength: 20 }),
        fc.nat(20),
        (stream, events, cut) => {
          const fold = (from: KnownState, some: readonly KnownEvent[]) =>
            some.reduce((state, event) => evolveOn(stream, state, { ...event, at }), from);
          const snapshot = JSON.parse(JSON.stringify(fold(initialOf(stream), events.slice(0, cut))));
          expect(fold(snapshot, events.slice(cut))).toEqual(fold(initialOf(stream), events));
        },
      ),
      { seed: 20260105, numRuns: 500 },
    );
  });
});

describe("two devices on one order", () => {
  const start = [drafted(), added(1)].reduce<KnownState>(
    (state, event) => evolveOn(order, state, { ...event, at }),
    initialOf(order),
  );
  const lineOf = (device: number, n: number): KnownCommand => ({
    type: "add-line",
    data: { ...added(1).data, lineId: uuid(device * 100 + n) },
  });

  test("[L10] no line is lost when two devices' additions meet in any order", () => {
    const counts = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(counts, counts, fc.infiniteStream(fc.boolean()), (mine, theirs, luck) => {
        const queues = [1, 2].map((device, index) =>
          Array.from({ length: index === 0 ? mine : theirs }, (_, n) => lineOf(device, n)),
        );
        let state = start;
        while (queues.some((queue) => queue.length > 0)) {
          const first = luck.next().value === true ? 0 : 1;
          const command = queues[first]?.shift() ?? queues[1 - first]?.shift();
          if (command !== undefined) state = apply(order, command, state).after;
        }
        const ids = (state as ExistingOrder).lines.map((line) => line.lineId);
        expect(new Set(ids).size).toBe(1 + mine + theirs);
      }),
      { seed: 20260105, numRuns: 500 },
    );
  });

  test("[L10] whatever the other device did first, a wish is kept, settled, or told with its reason", () => {
    fc.assert(
      fc.property(
        fc.array(orderCommand, { maxLength: 12 }),
        fc.array(orderCommand, { maxLength: 12 }),
        (theirs, mine) => {
          let state = start;
          for (const command of theirs) state = apply(order, command, state).after;
          for (const command of mine) {
            const before = state as OrderState;
            const { decision, after } = apply(order, command, state);
            if (command.type === "add-line" && decision.outcome === "events") {
              expect((after as ExistingOrder).lines).toContainEqual(command.data);
            }
            if (command.type === "add-line" && decision.outcome === "rejected" && isOpen(before)) {
              expect(decision.rejection.reason).toBe("line-exists");
            }
            if (command.type === "add-line") expect(decision.outcome).not.toBe("already");
            state = after;
          }
        },
      ),
      { seed: 20260105, numRuns: 1000 },
    );
  });
});

describe("streams and their events", () => {
  test("each event type belongs to one kind of stream, and all have a schemaVersion", () => {
    const types = Object.values(kinds).flatMap((kind) => Object.keys(kind.eventTypes));
    expect([...types].sort()).toEqual(Object.keys(schemaVersions).sort());
    expect(new Set(types).size).toBe(types.length);
  });

  test("an event on a stream of another kind is refused and changes nothing", () => {
    const stream = `customer/${uuid(1)}`;
    expect(acceptsOn(stream, drafted(), initialOf(stream))).toEqual({
      reason: "wrong-stream",
      kind: "customer",
      type: "order-drafted",
    });
    expect(evolveOn(stream, initialOf(stream), { ...drafted(), at })).toBe(initialOf(stream));
    expect(belongsOn("quotation/1", "order-drafted")).toBe(false);
  });

  test("an event that names another SKU than its stream is refused", () => {
    const event = { type: "product-added", schemaVersion: 2, data: aProduct({ sku: " tea-1 " }) } as const;
    expect(acceptsOn("product/TEA-1", event, initialOf("product/TEA-1"))).toBeUndefined();
    expect(acceptsOn("product/TEA-2", event, initialOf("product/TEA-2"))).toEqual({
      reason: "wrong-stream",
      kind: "product",
      type: "product-added",
    });
  });

  test("a kind of a newer build is unknown, not an error; deciding on it is", () => {
    expect(findKind("quotation/1")).toBeUndefined();
    expect(findKind("constructor/1")).toBeUndefined();
    expect(() => decideOn("quotation/1", { type: "place-order", data: {} }, { status: "none" })).toThrow(
      "quotation/1",
    );
  });
});

test("a state is taken for one kind only where its stream is of that kind", () => {
  expect(stateAs("customer", "customer/1", initialOf("customer/1"))).toEqual({ status: "none" });
  expect(() => stateAs("order", "customer/1", initialOf("customer/1"))).toThrow(
    "expected a stream of the kind order, found customer/1",
  );
});
