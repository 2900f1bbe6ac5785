import { connect, createServer, type Socket } from "node:net";

/** A TCP proxy in front of a server, to cut the network where no browser switch can: under open connections too. */
export interface CuttableProxy {
  readonly url: string;
  readonly port: number;
  /** Ends every connection and refuses new ones until `heal`. */
  readonly cut: () => void;
  readonly heal: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts a proxy on a free port; `target` is the port of the server behind it, known at the first connection. */
export async function startCuttableProxy(target: () => number): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  let isCut = false;
  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(target(), "127.0.0.1");
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected the proxy to have a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    cut: () => {
      isCut = true;
      endAll();
    },
    heal: () => {
      isCut = false;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        endAll();
      }),
  };
}
