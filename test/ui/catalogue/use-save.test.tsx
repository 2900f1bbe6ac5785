// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import type { CommandInput, Handled } from "../../../src/device/outbox/handle-command.ts";
import { findProduct } from "../../../src/device/views/queries.ts";
import { blankProduct } from "../../../src/domain/product/product.ts";
import { findProductStream, findSkuId } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { useSave } from "../../../src/ui/catalogue/use-save.ts";
import { act } from "../../../src/ui/faults/act.ts";
import { handledWords } from "../../../src/ui/words/handled-words.ts";
import { notSavedWords } from "../../../src/ui/words/not-saved-words.ts";
import { until } from "../../support/until.ts";
import { british } from "../builders.ts";
import { named } from "../support/hands.ts";
import { type Shown, show } from "../support/show.tsx";
import { fillDisk, holdWrites } from "../support/storage-faults.ts";

let emptyDisk = () => {};
afterEach(() => emptyDisk());

function addTea(priceMinor = 100): CommandInput {
  const stream = findProductStream("TEA-1");
  if (stream === undefined) throw new Error("expected a stream");
  const data = { ...blankProduct({ name: "Tea", priceMinor }), sku: "TEA-1" };
  return { id: newId(), stream, command: { type: "add-product", data } };
}

const renameTea = (to: string, from: string): CommandInput => ({
  ...addTea(),
  id: newId(),
  command: { type: "change-product", data: { changes: { name: { from, to } } } },
});

/** A form with a button for each of these, which saves it; `answers` are the outcomes. */
async function showSaving(inputs: readonly CommandInput[], undo?: CommandInput) {
  const answers: Handled[] = [];
  const Form = () => {
    const save = useSave();
    const back = undo && { label: "Undo", input: undo, said: "Taken back" };
    return inputs.map((input, index) => (
      <button
        type="button"
        onClick={() => act(save(input, "Tea saved", back).then((handled) => answers.push(handled)))}
      >
        {`Save ${index}`}
      </button>
    ));
  };
  const shown = await show(Form, async () => "/");
  return { shown, answers, tap: (index = 0) => named(shown.root, "button", `Save ${index}`).click() };
}

const nameOfTea = async ({ device }: Shown) =>
  (await findProduct(device.db, findSkuId("TEA-1") ?? ""))?.product.name;

test("[L1] says that it is saved only after it was written", async () => {
  const { shown, answers, tap } = await showSaving([addTea()]);
  const letGo = await holdWrites(shown.device);
  tap();
  for (let turns = 0; turns < 500; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  expect([shown.said(), answers]).toEqual([[], []]);
  letGo();
  await until(() => shown.said().includes("Tea saved"));
  expect(await nameOfTea(shown)).toBe("Tea");
});

test("a double tap makes one command, and one message", async () => {
  const { shown, answers, tap } = await showSaving([addTea()]);
  tap();
  tap();
  await until(() => answers.length === 2);
  expect(answers.map(({ outcome }) => outcome)).toEqual(["saved", "saved"]);
  expect(document.querySelectorAll(".toast")).toHaveLength(1);
  const written = (await shown.device.db.outbox.toArray()).filter(({ stream }) =>
    stream.startsWith("product/"),
  );
  expect(written).toHaveLength(1);
});

test("what is rejected is told with its reason and handed back, and nothing says that it is saved", async () => {
  const { shown, answers, tap } = await showSaving([addTea(), addTea(200)]);
  tap(0);
  await until(() => answers.length === 1);
  const before = shown.said().length;
  tap(1);
  await until(() => answers.length === 2);
  const rejected = answers[1] as Handled;
  expect(rejected).toMatchObject({ outcome: "rejected", rejection: { reason: "product-exists" } });
  expect(shown.said().slice(before)).toEqual([handledWords(rejected, british)]);
  expect(document.querySelector(".toast[data-tone=bad]")?.textContent).toBe(handledWords(rejected, british));
});

test("what the disk has no room for is told in words, and can be saved again by the same tap", async () => {
  const { shown, answers, tap } = await showSaving([addTea()]);
  emptyDisk = fillDisk();
  tap();
  await until(() => answers.length === 1);
  expect(answers).toMatchObject([{ outcome: "not-saved", why: "quota" }]);
  expect(shown.said()).toEqual([notSavedWords.quota]);
  expect(await nameOfTea(shown)).toBeUndefined();
  emptyDisk();
  tap();
  await until(() => shown.said().includes("Tea saved"));
  expect(await nameOfTea(shown)).toBe("Tea");
});

test("a way back is beside the message, and does what it says once it is written", async () => {
  const { shown, tap } = await showSaving([addTea()], renameTea("Old tea", "Tea"));
  tap();
  await until(() => shown.said().includes("Tea saved"));
  named(document.body, ".toast button", "Undo").click();
  await until(() => shown.said().includes("Taken back"));
  expect(await nameOfTea(shown)).toBe("Old tea");
});

test("a way back on which the storage fails is told in words", async () => {
  const { shown, tap } = await showSaving([addTea()], renameTea("Old tea", "Tea"));
  tap();
  await until(() => shown.said().includes("Tea saved"));
  emptyDisk = fillDisk();
  named(document.body, ".toast button", "Undo").click();
  await until(() => shown.said().includes(notSavedWords.quota));
  expect(shown.said()).not.toContain("Taken back");
});
