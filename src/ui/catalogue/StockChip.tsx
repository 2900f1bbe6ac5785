import { Show } from "solid-js";
import type { StockView } from "../../device/views/stock-figures.ts";
import { Chip } from "../design/StatusChip.tsx";
import { useFormat } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { estimateStock } from "./stock-estimate.ts";

const words = catalogueWords.stock;
const tones = { enough: "plain", low: "wait", short: "bad" } as const;

/**
 * The estimate of what is left, in words: "12 left", "Low · 3 left", "2 short". `stocks` are those of all products, by
 * the id of the SKU; until they are read, nothing is claimed.
 */
export function StockChip(props: {
  readonly stocks: ReadonlyMap<string, StockView> | undefined;
  readonly skuId: string;
  readonly reorderLevel: number;
}) {
  const format = useFormat();
  const unknown = () => (
    <Show when={props.stocks}>
      <span class="small soft">{words.unknown}</span>
    </Show>
  );
  return (
    <Show when={props.stocks?.get(props.skuId)} fallback={unknown()}>
      {(stock) => {
        const estimate = () => estimateStock(stock(), props.reorderLevel);
        const text = () => {
          const { left, state } = estimate();
          if (state === "short") return words.short(format().number(-left));
          return `${state === "low" ? `${words.low} · ` : ""}${words.left(format().number(left))}`;
        };
        return <Chip tone={tones[estimate().state]}>{text()}</Chip>;
      }}
    </Show>
  );
}
