import { expect, test } from "vitest";
import { makeAsking } from "../../../src/ui/orders/make-asking.ts";
import type { Tried } from "../../../src/ui/orders/make-quantities.ts";
import { makeTurns } from "../../../src/ui/orders/make-turns.ts";

const far = (name: string): Tried => ({
  is: "far",
  asked: { name, quantity: 900, far: { from: "usual", usual: 9 } },
});
const done = (name: string): Tried => ({
  is: "done",
  added: { lineId: name, name, by: 1, quantity: 1, isNew: true, raised: false },
});

/** Asks of a person who answers when told to. */
function aPerson() {
  const asked: string[] = [];
  const answers: ((isMeant: boolean) => void)[] = [];
  const isMeant = ({ name }: { readonly name: string }) => {
    asked.push(name);
    return new Promise<boolean>((resolve) => answers.push(resolve));
  };
  return { asked, isMeant, answer: (isMeant: boolean) => answers.shift()?.(isMeant) };
}

test("what is scanned while a person is asked is added meanwhile", async () => {
  const person = aPerson();
  const asking = makeAsking(makeTurns(), person.isMeant);
  const many = asking(async (agreed) => (agreed ? done("many") : far("many")));
  expect(await asking(async () => done("one"))).toMatchObject({ name: "one" });
  await expect.poll(() => person.asked).toEqual(["many"]);
  person.answer(true);
  expect(await many).toMatchObject({ name: "many" });
});

test("the second question waits for the first answer, and is not asked where that made the quantity usual", async () => {
  const person = aPerson();
  const asking = makeAsking(makeTurns(), person.isMeant);
  let isUsual = false;
  const first = asking(async (agreed) => {
    isUsual = agreed;
    return agreed ? done("first") : far("first");
  });
  const second = asking(async () => (isUsual ? done("second") : far("second")));
  await expect.poll(() => person.asked).toEqual(["first"]);
  person.answer(true);
  expect(await first).toMatchObject({ name: "first" });
  expect(await second).toMatchObject({ name: "second" });
  expect(person.asked).toEqual(["first"]);
});

test("what a person did not mean is not added", async () => {
  const person = aPerson();
  const tried: boolean[] = [];
  const asking = makeAsking(makeTurns(), person.isMeant);
  const many = asking(async (agreed) => {
    tried.push(agreed);
    return far("many");
  });
  await expect.poll(() => person.asked).toEqual(["many"]);
  person.answer(false);
  expect(await many).toBe("not-meant");
  expect(tried).not.toContain(true);
});

test("a work that fails holds up none of the later ones", async () => {
  const inTurn = makeTurns();
  const failed = inTurn(() => Promise.reject(new Error("expected to fail")));
  const next = inTurn(async () => "next");
  await expect(failed).rejects.toThrow("expected to fail");
  expect(await next).toBe("next");
});
