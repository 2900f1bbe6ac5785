import type { RunningServer } from "../../../src/server/start-server.ts";

/** `METHOD /path` of every route, as the server's own router tells. */
export function routesOf({ app }: RunningServer): readonly string[] {
  /** The path down to each depth of the tree. */
  const paths: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const found = /^([│├└─ ]*)(\S+)(?: \(([A-Z, ]+)\))?$/.exec(line);
      if (found === null) return [];
      const [, indent = "", path = "", methods = ""] = found;
      const depth = Math.max(0, indent.length / "├── ".length - 1);
      const whole = `${paths[depth - 1] ?? ""}${path}`;
      paths.splice(depth, paths.length, whole);
      return methods
        .split(", ")
        .filter((method) => method !== "HEAD" && method !== "")
        .map((method) => `${method} ${whole}`);
    });
}
