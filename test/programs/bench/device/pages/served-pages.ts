/** Puts pages that a server once gave behind `fetch`: what follows takes them as if they had just come. */
export function serveFrom(pages: readonly string[], joined: unknown): () => void {
  const { fetch: real } = globalThis;
  let next = 0;
  const json = (status: number, text: string) =>
    new Response(text, {
      status,
      headers: { "content-type": "application/json", "docket-protocol": "1" },
    });
  globalThis.fetch = async (input) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    if (pathname === "/v1/devices") return json(201, JSON.stringify(joined));
    if (pathname === "/v1/sync") {
      const page = pages[next];
      if (page === undefined) throw new Error(`asked for page ${next}, there are ${pages.length}`);
      next += 1;
      return json(200, page);
    }
    // No states to begin with: events are fetched from the first one.
    return json(
      404,
      JSON.stringify({ type: "about:blank", title: "Not found", status: 404, code: "not-found" }),
    );
  };
  return () => {
    globalThis.fetch = real;
  };
}
