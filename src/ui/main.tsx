/** The page's entry: the theme, the service worker, the app. */
import { render } from "solid-js/web";
import { App } from "./app/App.tsx";
import { findTheme, showTheme } from "./design/theme.ts";
import "./design/design.css";
import { registerServiceWorker } from "./pwa/service-worker-client.ts";

showTheme(findTheme());
const root = document.getElementById("root");
if (!root) throw new Error("expected an element with the id 'root' in index.html");
// What is there is for browsers that do not come so far.
root.textContent = "";
const worker = registerServiceWorker();
// Nothing has the focus yet that could be lost.
addEventListener("load", () => {
  import("./design/keep-focus.ts").then(({ startKeepingFocus }) => startKeepingFocus(), reportError);
});
render(() => <App worker={worker} />, root);
