/** The page's entry: the theme, the service worker, the app. */
import { render } from "solid-js/web";
import { App } from "./app/App.tsx";
import { findTheme, showTheme } from "./design/theme.ts";
import "./design/design.css";
import { startKeepingFocus } from "./design/keep-focus.ts";
import { registerServiceWorker } from "./pwa/service-worker-client.ts";

showTheme(findTheme());
const root = document.getElementById("root");
if (!root) throw new Error("expected an element with the id 'root' in index.html");
// What is there is for browsers that do not come so far.
root.textContent = "";
const worker = registerServiceWorker();
startKeepingFocus();
render(() => <App worker={worker} />, root);
