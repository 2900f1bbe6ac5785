import type { StreamKey } from "../../domain/stream-key.ts";
import { Button } from "../design/Button.tsx";
import { act } from "../faults/act.ts";
import { catalogueWords } from "./catalogue-words.ts";
import { useSave } from "./use-save.ts";

/** Archives a customer or a product, or restores it; either can be undone. */
export function ArchiveButton(props: {
  readonly stream: StreamKey;
  readonly change: "change-customer" | "change-product";
  readonly name: string;
  readonly archived: boolean;
}) {
  const save = useSave();
  const toggle = () => {
    const { stream, change, name, archived } = props;
    const inputTo = (to: boolean) => ({
      stream,
      command: { type: change, data: { changes: { archived: { from: !to, to } } } },
    });
    const saidOf = (to: boolean) =>
      to ? catalogueWords.archivedNow(name) : catalogueWords.restoredNow(name);
    const undo = { label: catalogueWords.undo, input: inputTo(archived), said: saidOf(archived) };
    act(save(inputTo(!archived), saidOf(!archived), undo));
  };
  return (
    <Button variant="quiet" onClick={toggle}>
      {props.archived ? catalogueWords.restore : catalogueWords.archive}
    </Button>
  );
}
