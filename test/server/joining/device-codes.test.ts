import * as v from "valibot";
import { expect, test } from "vitest";
import { orderNumber } from "../../../src/protocol/parsers.ts";
import { deviceCode } from "../../../src/server/joining/device-codes.ts";
import { drawCode, normalizeCode } from "../../../src/server/joining/invite-code.ts";
import { devicesMax } from "../../../src/server/joining/join.ts";

const codes = Array.from({ length: devicesMax }, (_, index) => deviceCode(index + 1));

test("every device that a workspace can ever have gets another code, fit for an order number", () => {
  expect(new Set(codes).size).toBe(devicesMax);
  for (const code of codes) expect(v.is(orderNumber, `${code}-1`)).toBe(true);
});

test("the first hundreds of codes have two signs, and none looks like another", () => {
  expect(codes.slice(0, 567).map(({ length }) => length)).toEqual(Array(567).fill(2));
  expect(codes[567]).toHaveLength(3);
  expect(codes.join("")).not.toMatch(/[0125ILOSZ]/);
});

test("an invite's code has signs that nobody mistakes, and is read however it is typed", () => {
  const code = drawCode();
  expect(code).toMatch(/^[A-HJ-KMNP-Z2-9]{4}(-[A-HJ-KMNP-Z2-9]{4}){2}$/);
  expect(normalizeCode(` ${code.toLowerCase().replaceAll("-", "")} `)).toBe(normalizeCode(code));
  expect(drawCode()).not.toBe(code);
});
