import type { JSX } from "solid-js";

/** How every icon is drawn: 24 units square, strokes of 2, the colour of the text beside it. Decoration only. */
function Icon(props: { readonly children: JSX.Element }) {
  return (
    <svg
      width="24"
      height="24"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {props.children}
    </svg>
  );
}

/** A drawing without a meaning of its own: the words are beside it. */
export type IconComponent = () => JSX.Element;

const icon =
  (draw: () => JSX.Element): IconComponent =>
  () => <Icon>{draw()}</Icon>;

export const IconOrders = icon(() => <path d="M6 3h12v18l-3-2-3 2-3-2-3 2zM9.5 8h5M9.5 12h5" />);
export const IconPlus = icon(() => <path d="M12 5v14M5 12h14" />);
export const IconMinus = icon(() => <path d="M5 12h14" />);
export const IconCustomers = icon(() => (
  <path d="M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5a6.5 6.5 0 0 1 3.5 5.5" />
));
export const IconProducts = icon(() => <path d="M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9" />);
export const IconStock = icon(() => <path d="M3 21V8l9-5 9 5v13M7 21v-8h10v8M7 17h10" />);
export const IconOutbox = icon(() => (
  <path d="M12 14V3M8 7l4-4 4 4M3 14v5a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-5h-5l-1.5 2.5h-5L8 14z" />
));
export const IconMore = icon(() => <path d="M4 7h16M4 12h16M4 17h16" />);
export const IconSettings = icon(() => (
  <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z" />
));
export const IconDevices = icon(() => <path d="M3 5h13v10H3zM1.5 19H14M17 9h5v11h-5zM19 17.5h1" />);
export const IconWebhooks = icon(() => (
  <path d="M7 17.5a3 3 0 1 1-3-3h4.5l3.5-6M9 6a3 3 0 1 1 4.5 2.6l3 5.4M20 14a3 3 0 1 1-3 4.5H9" />
));
export const IconImport = icon(() => (
  <path d="M12 3v11M8 10l4 4 4-4M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-2" />
));
export const IconSearch = icon(() => <path d="M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20.5 20.5L16 16" />);
export const IconClose = icon(() => <path d="M6 6l12 12M18 6L6 18" />);
export const IconBack = icon(() => <path d="M15 5l-7 7 7 7" />);
export const IconForward = icon(() => <path d="M9 5l7 7-7 7" />);
export const IconCheck = icon(() => <path d="M4.5 12.5l5 5 10-11" />);
export const IconSent = icon(() => <path d="M2 12.5l4.5 4.5 8.5-10M12.5 16l1 1L22 7" />);
export const IconWait = icon(() => <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5V12l3 2" />);
export const IconOffline = icon(() => (
  <path d="M3 3l18 18M8.5 15.5a5 5 0 0 1 6 0M5 12a10 10 0 0 1 4.5-2.6M14 9.3a10 10 0 0 1 5 2.7M2 8.5a15 15 0 0 1 4.5-2.8M10.5 4.6A15 15 0 0 1 22 8.5M12 19.5h.01" />
));
export const IconWarning = icon(() => <path d="M12 3.5L22 20H2zM12 10v4.5M12 17.4h.01" />);
export const IconInfo = icon(() => <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6h.01" />);
export const IconSync = icon(() => (
  <path d="M20 5v5h-5M4 19v-5h5M19.5 10A8 8 0 0 0 5 8.5M4.5 14A8 8 0 0 0 19 15.5" />
));
export const IconHere = icon(() => <path d="M4 5h16v11H4zM9 20h6M12 16v4" />);
export const IconEdit = icon(() => <path d="M4 20l1-4.5L16.5 4 20 7.5 8.5 19z" />);
export const IconTrash = icon(() => (
  <path d="M4 7h16M9.5 7V4h5v3M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5" />
));
export const IconShip = icon(() => (
  <path d="M2 6h12v11H2zM14 10h4l4 4v3h-8M6.5 19.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17.5 19.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z" />
));
export const IconEvents = icon(() => <path d="M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01" />);
export const IconLock = icon(() => <path d="M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3" />);
export const IconBackspace = icon(() => <path d="M9 5h12v14H9l-6-7zM12.5 9.5l5 5M17.5 9.5l-5 5" />);
