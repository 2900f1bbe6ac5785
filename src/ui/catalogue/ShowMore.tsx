import { Show } from "solid-js";
import { Button } from "../design/Button.tsx";
import { useFormat } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";

/** Rows that a list shows at first, and that each press adds. */
export const pageRows = 60;

/** The rest of a long list, on demand: a list of thousands stays quick. */
export function ShowMore(props: {
  readonly shown: number;
  readonly total: number;
  readonly onMore: () => void;
}) {
  const format = useFormat();
  const rest = () => Math.min(pageRows, props.total - props.shown);
  return (
    <Show when={props.total > props.shown}>
      <Button wide onClick={() => props.onMore()}>
        {catalogueWords.more(format().number(rest()))}
      </Button>
    </Show>
  );
}
