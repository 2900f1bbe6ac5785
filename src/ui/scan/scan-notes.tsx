import { createContext, createSignal, type JSX, useContext } from "solid-js";
import type { ScanNote } from "../../device/storage/rows.ts";
import {
  addScanNote,
  dismissScanNote,
  findScanNotes,
  moveScanNotes,
} from "../../device/storage/scan-notes.ts";
import { act } from "../faults/act.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";

interface ScanNotes {
  /** What is still to be looked at for an order or the stock, the newest first. */
  readonly of: (place: string) => readonly ScanNote[];
  readonly note: (note: Pick<ScanNote, "place" | "code" | "kind">) => void;
  readonly dismiss: (id: string) => void;
  readonly move: (from: string, to: string) => void;
}

const ScanNotesContext = createContext<ScanNotes>();

/**
 * Keeps what scans came to nothing on this device, across screens, tabs and reloads, until somebody has dealt with it.
 * What cannot be saved is shown as long as this page stays.
 */
export function ScanNotesProvider(props: { readonly children: JSX.Element }) {
  const workspace = useWorkspace();
  const { db } = workspace.device;
  const kept = createLive(
    () => workspace.later(),
    (device) => findScanNotes(device.db),
  );
  const [unsaved, setUnsaved] = createSignal<readonly ScanNote[]>([]);
  const all = () => [...unsaved(), ...valueOr(kept(), [])];
  const value: ScanNotes = {
    of: (place) => all().filter((note) => note.place === place),
    note: (given) => {
      const note = { ...given, id: crypto.randomUUID() };
      act(
        addScanNote(db, note).catch((reason) => {
          setUnsaved((before) => [{ ...note, count: 1 }, ...before]);
          throw reason;
        }),
      );
    },
    dismiss: (id) => {
      setUnsaved((before) => before.filter((note) => note.id !== id));
      act(dismissScanNote(db, id));
    },
    move: (from, to) => {
      setUnsaved((before) => before.map((note) => (note.place === from ? { ...note, place: to } : note)));
      act(moveScanNotes(db, from, to));
    },
  };
  return <ScanNotesContext.Provider value={value}>{props.children}</ScanNotesContext.Provider>;
}

/** What scans came to nothing. */
export function useScanNotes(): ScanNotes {
  const notes = useContext(ScanNotesContext);
  if (notes === undefined) throw new Error("expected to be inside a ScanNotesProvider");
  return notes;
}
