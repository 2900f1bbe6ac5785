import { createResource, Show } from "solid-js";

/** A text as a QR code that a phone's camera reads. The library comes when it is needed. */
export function QrCode(props: { readonly text: string; readonly label: string }) {
  const [code] = createResource(
    () => props.text,
    async (text) => {
      const { encode } = await import("uqr");
      const { size, data } = encode(text, { ecc: "M", border: 2 });
      return {
        size,
        path: data
          .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
          .join(""),
      };
    },
  );
  return (
    <Show when={code()}>
      {(drawn) => (
        <svg
          class="qr"
          viewBox={`0 0 ${drawn().size} ${drawn().size}`}
          width="256"
          height="256"
          role="img"
          aria-label={props.label}
          shape-rendering="crispEdges"
        >
          <path d={drawn().path} fill="#000" />
        </svg>
      )}
    </Show>
  );
}
