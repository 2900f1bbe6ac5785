import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyHelmet from "@fastify/helmet";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** The headers that keep a browser from doing what the app never does. Also on the API's answers. */
export async function addSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // A style attribute in a component's template; style sheets stay our own files.
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", "data:", "blob:"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whether the whole host is to be reached by HTTPS only is the proxy's to say: on a local network it is not.
    strictTransportSecurity: false,
  });
}

/**
 * Serves the built app. Files with a hash in their name never change; all others are asked for again each time, so that
 * an update is noticed at once.
 */
export async function serveApp(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, "index.html"))) {
    app.log.warn("the app is not built: only the API is served (npm run build)");
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = /[\\/]assets[\\/].+-[\w-]{8,}\.\w+$/.test(path);
      reply.header("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
      if (/[\\/]service-worker\.js$/.test(path)) reply.header("service-worker-allowed", "/");
    },
  });
}

/**
 * Whether a request that met no file is somebody opening a screen of the app: then it gets the app, whose router knows
 * the screen. Never for the API, and never for a file that is missing: HTML instead of a script breaks an app.
 */
export function isNavigation(request: FastifyRequest): boolean {
  const path = request.url.split("?", 1)[0] ?? "";
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  if (/^\/(v1|assets|icons|screenshots)(\/|$)/.test(path)) return false;
  // A file of the app is in one of those folders or right here. Deeper a dot is part of a name, such as of a SKU.
  if (/^\/[^/]*\.[a-z0-9]{1,8}$/i.test(path)) return false;
  return String(request.headers.accept ?? "").includes("text/html");
}
