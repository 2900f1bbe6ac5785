import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { defects } from "./defects.ts";

test.each(defects.map((defect) => [defect.name, defect] as const))(
  "the defect “%s” is still found once in the sources",
  (_name, { file, from, to }) => {
    expect(readFileSync(file, "utf8").split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  },
);
