/** The mark of Docket: an order pad, ticked off. Its colours are its own in both themes. */
export function Logo(props: { readonly size?: number }) {
  return (
    <svg width={props.size ?? 32} height={props.size ?? 32} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0f5257" />
      <path
        d="M8.5 4h13A1.5 1.5 0 0 1 23 5.5V26l-2.5-2-2.75 2L15 24l-2.75 2-2.75-2L7 26V5.5A1.5 1.5 0 0 1 8.5 4z"
        fill="#fff"
      />
      <path d="M8.5 4h13A1.5 1.5 0 0 1 23 5.5V9H7V5.5A1.5 1.5 0 0 1 8.5 4z" fill="#f2a93b" />
      <path d="M10 13h10M10 17.5h6" stroke="#0f5257" stroke-width="2.2" stroke-linecap="round" />
      <circle cx="23" cy="22.5" r="7.2" fill="#0f5257" />
      <circle cx="23" cy="22.5" r="5.7" fill="#f2a93b" />
      <path
        d="M20.3 22.7l2 2 3.5-4.1"
        fill="none"
        stroke="#0b464b"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
