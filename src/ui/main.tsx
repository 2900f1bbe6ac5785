/** The page's entry: shows that the build works until the screens are here. */
import { render } from "solid-js/web";

const root = document.getElementById("root");
if (!root) throw new Error("expected an element with the id 'root' in index.html");
root.textContent = "";
render(() => <h1>Docket</h1>, root);
