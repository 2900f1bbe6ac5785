import { describe, expect, test } from "vitest";
import { readCode } from "../../../src/ui/welcome/read-code.ts";

const server = "https://orders.example.com";

describe("a code", () => {
  test.each([
    ["alone", " ABCD-EFGH-JKMN ", { code: "ABCD-EFGH-JKMN" }],
    ["typed with spaces", "abcd efgh jkmn", { code: "abcd efgh jkmn" }],
    ["in its link", `${server}/join#ABCD-EFGH-JKMN`, { code: "ABCD-EFGH-JKMN", server }],
    [
      "in capital letters",
      "HTTPS://ORDERS.EXAMPLE.COM/JOIN#abcd-efgh-jkmn",
      { code: "abcd-efgh-jkmn", server },
    ],
    ["broken by a mail", `${server}/\n  join#ABCD-EF\n GH-JKMN`, { code: "ABCD-EFGH-JKMN", server }],
    [
      "with words around it",
      `Join: ${server}/join#ABCD-EFGH-JKMN\nby noon.`,
      { code: "ABCD-EFGH-JKMN", server },
    ],
    ["at the end of a sentence", `${server}/join#ABCD-EFGH-JKMN.`, { code: "ABCD-EFGH-JKMN", server }],
    ["with signs of an address", `${server}/join#ABCD%2DEFGH-JKMN`, { code: "ABCD-EFGH-JKMN", server }],
    [
      "with a port",
      "http://127.0.0.1:8787/start#SETUP-CODE",
      { code: "SETUP-CODE", server: "http://127.0.0.1:8787" },
    ],
    ["that a link lacks", `${server}/join`, { code: "", server }],
    ["that a link lacks, with words after it", `${server}/join please`, { code: "", server }],
    ["of a broken link", "https://", { code: "", server: "" }],
    ["of broken signs", `${server}/join#A%`, { code: "A", server }],
    ["that is not there", "", { code: "" }],
  ])("is read: %s", (_what, text, read) => {
    expect(readCode(text)).toEqual(read);
  });
});
