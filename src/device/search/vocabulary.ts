/**
 * Texts that many things have in common, each kept once and made ready once. A thing keeps the ids of its texts: a text
 * stays for as long as somebody uses it, then its id is another text's.
 */
export interface Vocabulary<Made> {
  /** The id of a text, used once more. */
  readonly take: (text: string) => number;
  /** One use less of this id. */
  readonly giveBack: (id: number) => void;
  /** What was made of each text, by id; undefined where an id is free. */
  readonly made: readonly (Made | undefined)[];
  readonly textOf: (id: number) => string;
  /** How many texts are used. */
  readonly size: () => number;
}

/** Makes one; `make` makes a text ready. */
export function makeVocabulary<Made>(make: (text: string) => Made): Vocabulary<Made> {
  const ids = new Map<string, number>();
  const texts: string[] = [];
  const uses: number[] = [];
  const made: (Made | undefined)[] = [];
  const free: number[] = [];
  return {
    take: (text) => {
      const known = ids.get(text);
      const id = known ?? free.pop() ?? texts.length;
      uses[id] = (known === undefined ? 0 : (uses[id] ?? 0)) + 1;
      if (known !== undefined) return id;
      ids.set(text, id);
      texts[id] = text;
      made[id] = make(text);
      return id;
    },
    giveBack: (id) => {
      const left = (uses[id] ?? 0) - 1;
      uses[id] = left;
      if (left > 0) return;
      if (left < 0) throw new Error(`expected a text in use, found the free id ${id}`);
      ids.delete(texts[id] ?? "");
      texts[id] = "";
      made[id] = undefined;
      free.push(id);
    },
    made,
    textOf: (id) => texts[id] ?? "",
    size: () => ids.size,
  };
}
