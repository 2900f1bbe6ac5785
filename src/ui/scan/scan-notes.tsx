import { createContext, createSignal, type JSX, useContext } from "solid-js";
import { v7 as uuidv7 } from "uuid";

/** Something scanned, or typed before a scan, that nobody has dealt with yet. */
export interface ScanNote {
  readonly id: string;
  /** The screen's thing it belongs to: an order's id, or the stock. */
  readonly place: string;
  /** What was scanned or typed, to be copied. */
  readonly code: string;
  readonly kind: "unknown" | "undecided" | "not-saved";
  /** How often. */
  readonly count: number;
}

interface ScanNotes {
  /** What a place still has to look at, the newest first. */
  readonly of: (place: string) => readonly ScanNote[];
  readonly note: (note: Pick<ScanNote, "place" | "code" | "kind">) => void;
  readonly dismiss: (id: string) => void;
}

const ScanNotesContext = createContext<ScanNotes>();

/** The most notes that are kept: more than anybody scans without looking up once. The oldest go first. */
const notesMax = 200;

/** Keeps what scans came to nothing, across screens, until somebody has dealt with it. */
export function ScanNotesProvider(props: { readonly children: JSX.Element }) {
  const [notes, setNotes] = createSignal<readonly ScanNote[]>([]);
  const value: ScanNotes = {
    of: (place) => notes().filter((note) => note.place === place),
    note: (given) =>
      setNotes((all) => {
        const same = ({ place, code, kind }: ScanNote) =>
          place === given.place && code === given.code && kind === given.kind;
        const count = (all.find(same)?.count ?? 0) + 1;
        const others = all.filter((note) => !same(note));
        return [{ ...given, id: uuidv7(), count }, ...others].slice(0, notesMax);
      }),
    dismiss: (id) => setNotes((all) => all.filter((note) => note.id !== id)),
  };
  return <ScanNotesContext.Provider value={value}>{props.children}</ScanNotesContext.Provider>;
}

/** What scans came to nothing. */
export function useScanNotes(): ScanNotes {
  const notes = useContext(ScanNotesContext);
  if (notes === undefined) throw new Error("expected to be inside a ScanNotesProvider");
  return notes;
}
