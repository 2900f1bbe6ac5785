/** What a run of kills came to. Every text in `violations` is a broken law. */
export interface CrashReport {
  readonly what: string;
  readonly kills: number;
  /** Kills that hit while something was on its way: a request in flight, a save not yet seen. */
  readonly hits: number;
  /** How many commands or orders were held against what had been promised, each after every kill that followed. */
  readonly checked: number;
  readonly lost: number;
  readonly doubled: number;
  readonly violations: readonly string[];
  /** Figures that explain the others, such as how many answers were lost after the commit. */
  readonly notes: readonly string[];
}

/** Collects what a run finds. */
export interface Findings {
  readonly lost: (text: string) => void;
  readonly doubled: (text: string) => void;
  readonly violated: (text: string) => void;
  readonly report: (facts: Pick<CrashReport, "what" | "kills" | "hits" | "checked" | "notes">) => CrashReport;
}

export function makeFindings(): Findings {
  const found = { lost: 0, doubled: 0 };
  const violations: string[] = [];
  return {
    lost: (text) => {
      found.lost += 1;
      violations.push(`lost: ${text}`);
    },
    doubled: (text) => {
      found.doubled += 1;
      violations.push(`doubled: ${text}`);
    },
    violated: (text) => void violations.push(text),
    report: (facts) => {
      // A fault that never fired has shown nothing.
      if (facts.hits === 0) violations.push(`no kill of ${facts.kills} hit in the middle of anything`);
      return { ...facts, ...found, violations };
    },
  };
}

/** The reports as a table for a terminal, with the violations under it. */
export function crashTable(reports: readonly CrashReport[]): string {
  const header = ["what", "kills", "hit in the middle", "checked", "lost", "doubled", "violations"];
  const rows = reports.map(({ what, kills, hits, checked, lost, doubled, violations }) =>
    [what, kills, hits, checked, lost, doubled, violations.length].map(String),
  );
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  return [
    line(header),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
    ...reports.flatMap(({ what, notes }) => notes.map((note) => `  ${what}: ${note}`)),
    ...reports.flatMap(({ what, violations }) =>
      violations.slice(0, shownMax).map((text) => `  ${what} VIOLATED: ${text}`),
    ),
  ].join("\n");
}

const shownMax = 40;
