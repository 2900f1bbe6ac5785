import { type JSX, Show } from "solid-js";
import type { KnownProduct } from "../../domain/product/product.ts";
import { Marked } from "../design/Marked.tsx";

/** A product among others to choose from: 1 kg and a case look different, and what was typed is bold. */
export function ProductOption(props: {
  readonly product: KnownProduct;
  readonly typed: string;
  readonly children?: JSX.Element;
}) {
  return (
    <span class="option-main">
      <span class="option-name">
        <Marked text={props.product.name} typed={props.typed} />
      </span>
      <span class="soft small row">
        <Marked text={props.product.sku} typed={props.typed} />
        <Show when={props.product.unit}>{(unit) => <span class="option-unit">{unit()}</span>}</Show>
        {props.children}
      </span>
    </span>
  );
}
