import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The sign-in page of a hotel's Wi-Fi: whatever is asked, it answers HTML, or leads to itself. */
export interface CaptivePortal {
  readonly port: number;
  /** Answers 302 to its sign-in page from now on, instead of 200 with the page. */
  readonly redirect: () => void;
  /** How often it has answered. */
  readonly answered: () => number;
  readonly stop: () => Promise<void>;
}

export async function startCaptivePortal(): Promise<CaptivePortal> {
  let redirects = false;
  let answered = 0;
  const server = createServer((request, response) => {
    request.resume();
    answered += 1;
    if (redirects) response.writeHead(302, { location: "http://127.0.0.1:9/sign-in" }).end();
    else
      response
        .writeHead(200, { "content-type": "text/html" })
        .end("<!doctype html><title>Welcome</title><h1>Please sign in to this Wi-Fi</h1>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    redirect: () => {
      redirects = true;
    },
    answered: () => answered,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
