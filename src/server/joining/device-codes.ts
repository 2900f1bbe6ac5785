/** Letters and digits that cannot be taken for another when read aloud or from a crumpled paper. */
const letters = "ABCDEFGHJKMNPQRTUVWXY";
const signs = `${letters}346789`;

/**
 * The short code of the n-th device that ever joined a workspace (1, 2, 3...): a letter, then letters and digits, two
 * in all for the first 567 and then longer. Different for every n, so a code is never given again.
 */
export function deviceCode(count: number): string {
  let rest = count - 1;
  for (let length = 2; ; length += 1) {
    const many = letters.length * signs.length ** (length - 1);
    if (rest < many) return spell(rest, length);
    rest -= many;
  }
}

/** Codes follow each other by their last sign, which is spread so that neighbours do not look alike. */
function spell(index: number, length: number): string {
  let rest = index;
  let code = "";
  for (let digit = 1; digit < length; digit += 1) {
    code = (signs[(rest * 10 + 26) % signs.length] ?? "") + code;
    rest = Math.floor(rest / signs.length);
  }
  return (letters[(rest * 8 + 9) % letters.length] ?? "") + code;
}
