/** The server's entry: serves the built app until the sync server is here. */
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { fastify } from "fastify";

const app = fastify();
await app.register(fastifyStatic, { root: fileURLToPath(new URL("../client", import.meta.url)) });
for (const path of ["/healthz", "/readyz"]) app.get(path, () => ({ status: "ok" }));
app.setNotFoundHandler((_request, reply) => reply.sendFile("index.html"));
const address = await app.listen({
  host: process.env.HOST ?? "127.0.0.1",
  port: Number(process.env.PORT ?? 8787),
});
console.log(`Docket is at ${address}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void app.close());
}
