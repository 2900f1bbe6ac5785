/**
 * `npm run dev`: the page from Vite's development server (its address is printed), and the API from the real server
 * on port 8787, built again and restarted whenever a file of it changes. The page's requests are passed on to it.
 */
import { spawn } from "node:child_process";
import { build, createServer } from "vite";

const outDir = "node_modules/.cache/dev/server";

/** @type {import("node:child_process").ChildProcess | undefined} */
let server;

const watcher = await build({
  logLevel: "warn",
  build: { ssr: "src/server/main.ts", outDir, emptyOutDir: true, watch: {} },
});
if (!("on" in watcher)) throw new Error("expected Vite to watch the server's files");
watcher.on("event", (event) => {
  if (event.code === "ERROR") console.error(event.error.message);
  if (event.code === "END") restart();
});

const page = await createServer();
await page.listen();
page.printUrls();
page.bindCLIShortcuts({ print: true });

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => {
    server?.kill("SIGTERM");
    process.exit();
  });
}

/** Waits until the old one has let go of the port and the data folder. */
function restart() {
  const last = server;
  const start = () => {
    server = spawn(process.execPath, [`${outDir}/main.js`], { stdio: "inherit" });
  };
  if (!last || last.exitCode !== null) return start();
  last.removeAllListeners("exit").once("exit", start);
  last.kill("SIGTERM");
}
