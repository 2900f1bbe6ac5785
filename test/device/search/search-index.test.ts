import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oneEdit } from "../../../src/device/search/misspelt.ts";
import type { SearchFields } from "../../../src/device/search/search-entry.ts";
import { findByCode, makeSearchIndex, search } from "../../../src/device/search/search-index.ts";

type Thing = Partial<SearchFields> & { readonly name: string };

/** The names that a text finds among these, in order. */
function found(things: readonly (string | Thing)[], text: string, toChoose = false): readonly string[] {
  const all = things.map((thing) => (typeof thing === "string" ? { name: thing } : thing));
  const index = makeSearchIndex(all, (thing) => ({ codes: [], ...thing }));
  return search(index, text, { toChoose }).map(({ name }) => name);
}

describe("[D4] the likeliest is found first", () => {
  test("salt finds salt before Saltmarsh", () => {
    const names = ["Saltmarsh Honey", "Basalt Grill", "Sea Salt", "Salt", "Salt, coarse", "Unsalted Butter"];
    expect(found(names, "salt")).toEqual([
      ...["Salt", "Salt, coarse", "Sea Salt", "Saltmarsh Honey", "Basalt Grill", "Unsalted Butter"],
    ]);
  });
  test("a code comes before a name, and a name before what else is known", () => {
    const things = [
      { name: "Chai-cup", codes: ["X"] },
      { name: "Cups", codes: ["Y"], others: ["Chai"] },
      { name: "Spice", codes: ["CHAI"] },
      { name: "Chai", codes: ["Z"] },
      { name: "Chairs", codes: ["V"] },
    ];
    expect(found(things, "chai")).toEqual(["Spice", "Chai", "Chai-cup", "Chairs", "Cups"]);
  });
  test("what begins as the name does comes before the same words in another order", () => {
    expect(found(["Leaf tea, green", "Green tea", "Green leaf tea"], "green tea")).toEqual([
      ...["Green tea", "Green leaf tea", "Leaf tea, green"],
    ]);
  });
  test("of those that fit alike figures are sorted by their size", () => {
    const names = ["Candle 28 cm", "Candle 10 cm", "Candle 7 cm", "Candle 100 cm"];
    expect(found(names, "candle")).toEqual([
      ...["Candle 7 cm", "Candle 10 cm", "Candle 28 cm", "Candle 100 cm"],
    ]);
    expect(found(names, "")).toEqual(found(names, "candle"));
  });
  test("every word counts, in any order, whatever field it is in", () => {
    const things = [
      { name: "Harbour Cafe", codes: ["HARB"], others: ["Ana Reed", "ana@harbour.example", "Galway"] },
      { name: "Old Mill", codes: ["MILL"], others: ["Sam Hill", "sam@mill.example", "Cork"] },
    ];
    for (const text of ["harbour galway", "reed  ana", "ana@", "galway harb", "ANA@HARBOUR.EXAMPLE"]) {
      expect(found(things, text)).toEqual(["Harbour Cafe"]);
    }
    expect(found(things, "harbour cork")).toEqual([]);
  });
});

describe("names are found as people type them", () => {
  test.each([
    ["O’Neill’s Bar", ["ONeill", "o neill", "o'neill", "O’NEILL", "oneills", "oʼneill bar", "neill"]],
    ["Coca-Cola 0,5 l", ["cocacola", "coca cola", "coca-cola", "Coca–Cola", "cola coca", "cocac", "coca c"]],
    ["Coca Cola", ["cocacola", "cocaco"]],
    ["Müller & Söhne", ["muller", "mueller", "müller", "MÜLLER", "soehne muller", "mueller&soehne"]],
    ["Mueller", ["müller", "mueller"]],
    ["Bäckerei Groß", ["backerei gross", "baeckerei groß", "GROSS"]],
    ["Smørrebrød", ["smorrebrod", "smoerrebroed", "smørrebrød"]],
    ["Flour 500 g", ["500g", "500 g", "flour 500"]],
    ["Flour 500g", ["500 g"]],
    ["M&S Foods", ["m&s", "ms", "m s foods"]],
    ["Ταβέρνα Νίκος", ["ταβερνα", "ΝΙΚΟΣ", "νίκος"]],
    ["Чайная Йога", ["чайная", "ЙОГА"]],
    ["ﾄﾖﾀ商店", ["トヨタ", "商店"]],
    ["Işık Çay", ["isik", "ISIK", "ışık cay", "IŞIK"]],
    ["Bánh mì Đà Nẵng", ["banh mi", "da nang", "đà nẵng"]],
    ["7up Zero", ["7up", "７ＵＰ", "7up zero"]],
    ["Col·lecció", ["colleccio", "col·lecció"]],
  ])("%s", (name, texts) => {
    for (const text of texts)
      expect({ text, found: found([name, "Quince paste"], text) }).toEqual({ text, found: [name] });
  });
  test("a phone number with and without spaces, with the country's code and without", () => {
    const things = [
      { name: "Harbour Cafe", phones: ["+353 91 555 0100"] },
      { name: "Old Mill", phones: ["+353 91 555 0200"] },
      { name: "London", phones: ["+44 (0)20 7946 0018"] },
      { name: "Local", phones: ["(091) 777-0300"] },
    ];
    const texts = [
      "555 0100",
      "5550100",
      "+353 91 555 0100",
      "00353915550100",
      "0915550100",
      "091 555 0100",
      "555-0100",
    ];
    for (const text of texts)
      expect({ text, found: found(things, text) }).toEqual({ text, found: ["Harbour Cafe"] });
    expect(found(things, "+442079460018")).toEqual(["London"]);
    expect(found(things, "020 7946 0018")).toEqual(["London"]);
    expect(found(things, "+353 91 777 0300")).toEqual(["Local"]);
    expect(found(things, "0915550")).toEqual(["Harbour Cafe", "Old Mill"]);
  });
  test("every name is found first when it is typed whole, and by each of its words without accents", () => {
    const words = fc.constantFrom(
      ...[
        "Łosoś",
        "Straße",
        "O'Neill",
        "crème",
        "Coca-Cola",
        "Ærø",
        "7",
        "Øl",
        "über",
        "tea",
        "Çay",
        "M²",
        "Đà",
      ],
    );
    const typed = (word: string) =>
      word
        .normalize("NFKD")
        .replaceAll(/\p{M}/gu, "")
        .replaceAll(/[łŁ]/g, "l")
        .replaceAll(/[øØ]/g, "o")
        .replaceAll("ß", "ss")
        .replaceAll(/[æÆ]/g, "ae")
        .replaceAll(/[đĐ]/g, "d");
    const names = fc.array(fc.array(words, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(names, (lists) => {
        const all = [...new Set(lists.map((list) => list.join(" ")))];
        for (const name of all) {
          expect(found(all, name)[0]).toBe(name);
          for (const word of name.split(" ")) expect(found(all, typed(word))).toContain(name);
        }
      }),
    );
  });
});

describe("one typing mistake", () => {
  test("a letter wrong, missing, too many, or two swapped still finds the word, behind what is right", () => {
    for (const text of ["slat", "sakt", "slt", "saltt"]) {
      const isShort = text === "slt";
      expect({ text, found: found(["Salt", "Tea"], text) }).toEqual({ text, found: isShort ? [] : ["Salt"] });
    }
    expect(found(["Lemonade", "Lemon curd"], "lemonda")).toEqual(["Lemonade"]);
    expect(found(["Slate board", "Salt"], "slat")).toEqual(["Slate board", "Salt"]);
    expect(found(["Harbour Café"], "harbuor cafe")).toEqual(["Harbour Café"]);
    expect(found([{ name: "A", others: ["Galway"] }], "galwya")).toEqual(["A"]);
  });
  test("is not looked for where enough is found", () => {
    expect(found(["Malt", "Salt 1", "Salt 2", "Salt 3"], "salt")).toEqual(["Salt 1", "Salt 2", "Salt 3"]);
    expect(found(["Malt", "Salt 1", "Salt 2"], "salt")).toEqual(["Salt 1", "Salt 2", "Malt"]);
  });
  test("is never made of a figure or a code: another figure is another article", () => {
    const things = [{ name: "Jam 1250", codes: ["DEMO-306", "ALFKI"], barcodes: ["4006381333931"] }];
    for (const text of ["DEMO-307", "4006381333932", "1251", "ALFKA"])
      expect(found(things, text)).toEqual([]);
  });
  test("is exactly one edit, of the word or of its beginning", () => {
    const letter = fc.constantFrom("a", "b", "c");
    const text = fc.array(letter, { minLength: 1, maxLength: 5 }).map((letters) => letters.join(""));
    fc.assert(
      fc.property(text, text, (typed, word) => {
        const starts = [...word].map((_, at) => word.slice(0, at + 1));
        if (word.startsWith(typed) && word.length !== typed.length + 1) return;
        const expected = isOneEdit(typed, word)
          ? "word"
          : starts.some((one) => isOneEdit(typed, one))
            ? "start"
            : undefined;
        if (oneEdit(typed, word) !== expected)
          expect.fail(`${typed} ${word}: ${oneEdit(typed, word)}, not ${expected}`);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("[D4] exact beats alike", () => {
  const things = [
    { name: "House blend", codes: ["CAFE-1"] },
    { name: "French press", codes: ["CAFÉ-1"] },
    { name: "Emm two", codes: ["M2-1"] },
    { name: "Floor", codes: ["M²-1"] },
    { name: "Dry gin", codes: ["GIN-A"], barcodes: ["5012345678900"] },
    { name: "Old gin", codes: ["GIN-B"], barcodes: ["5012345678900"] },
    { name: "Lower", codes: ["abc"] },
    { name: "Upper", codes: ["ABC"] },
  ];
  const index = makeSearchIndex(things, (thing) => thing);
  const byCode = (text: string) => findByCode(index, text).map(({ name }) => name);

  test("codes that differ by an accent or a raised figure stay two, in any case", () => {
    expect(byCode("CAFE-1")).toEqual(["House blend"]);
    expect(byCode(" café-1 ")).toEqual(["French press"]);
    expect(byCode("CAFE\u0301-1")).toEqual(["French press"]);
    expect(byCode("m2-1")).toEqual(["Emm two"]);
    expect(byCode("m²-1")).toEqual(["Floor"]);
    expect(search(index, "CAFÉ-1").map(({ name }) => name)).toEqual(["French press", "House blend"]);
    expect(search(index, "cafe-1").map(({ name }) => name)).toEqual(["House blend", "French press"]);
  });
  test("a code as typed beats one in another case; where only those are alike all are offered", () => {
    expect(byCode("abc")).toEqual(["Lower"]);
    expect(byCode("ABC")).toEqual(["Upper"]);
    expect(byCode("Abc")).toEqual(["Upper", "Lower"]);
  });
  test("where only alike ones exist all of them are offered", () => {
    expect(byCode("cafè-1")).toEqual([]);
    expect(search(index, "cafè1").map(({ name }) => name)).toEqual(["French press", "House blend"]);
  });
  test("a shared code finds all that share it", () => {
    expect(byCode("5012345678900")).toEqual(["Dry gin", "Old gin"]);
    expect(search(index, "5012345678900")).toHaveLength(2);
  });
  test("to choose one, a part of a barcode finds nothing; to look through a list it does", () => {
    expect(found(things, "50123456789", true)).toEqual([]);
    expect(found(things, "78900", true)).toEqual(["Dry gin", "Old gin"]);
    expect(found(things, "50123456789")).toEqual(["Dry gin", "Old gin"]);
  });
});

/** Whether one letter wrong, missing, too many, or two swapped make one of the other. */
function isOneEdit(typed: string, word: string): boolean {
  if (typed === word) return false;
  const edits = [...word, ""].flatMap((_, at) => [
    word.slice(0, at) + word.slice(at + 1),
    ...["a", "b", "c"].flatMap((letter) => [
      word.slice(0, at) + letter + word.slice(at),
      ...(at < word.length ? [word.slice(0, at) + letter + word.slice(at + 1)] : []),
    ]),
    ...(at + 1 < word.length ? [word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2)] : []),
  ]);
  return edits.includes(typed);
}

describe("a list that has changed", () => {
  const someThing = fc.record({
    name: fc.constantFrom("Tea", "Green Tea", "Müller’s", "Salt 7", "Salt 10"),
    codes: fc.array(fc.constantFrom("A", "a", "Á", "12"), { maxLength: 2 }),
    barcodes: fc.array(fc.constantFrom("4006381333931", "04006381333931", "12"), { maxLength: 2 }),
    phones: fc.array(fc.constantFrom("091 555 0100", "+44 (0)20 7946 0018"), { maxLength: 1 }),
  });
  const things = fc.array(someThing, { maxLength: 8 });

  test("is found as one that nothing is known of, whatever an index of before has folded", () => {
    const texts = ["tea", "salt", "mueller", "a", "12", "4006381333931", "0915550100", "slat", ""];
    fc.assert(
      fc.property(things, things, fc.constantFrom(...texts), (earlier, now, text) => {
        const before = makeSearchIndex(earlier, (thing) => thing);
        const index = makeSearchIndex(now, (thing) => thing, before);
        expect(search(index, text)).toEqual(
          search(
            makeSearchIndex(now, (thing) => thing),
            text,
          ),
        );
      }),
    );
  });

  test("is folded again only where it has changed", () => {
    const named = (names: readonly string[]) => names.map((name) => ({ name, codes: ["X"] }));
    const before = makeSearchIndex(named(["Tea", "Salt"]), (thing) => thing);
    const after = makeSearchIndex(named(["Tea", "Salt, coarse"]), (thing) => thing, before);
    const entries = (index: typeof before) =>
      new Map(index.entries.map(({ item, entry }) => [item.name, entry]));
    expect(entries(after).get("Tea")).toBe(entries(before).get("Tea"));
    expect(entries(after).get("Salt, coarse")).not.toBe(entries(before).get("Salt"));
  });
});
