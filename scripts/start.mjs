/**
 * `npm start`: builds what is not built yet and becomes the server. The server runs in this process, so whoever
 * started it has one process to signal.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

await import("./build.mjs");
const server = resolve("dist/server/main.js");
process.argv[1] = server;
await import(pathToFileURL(server).href);
