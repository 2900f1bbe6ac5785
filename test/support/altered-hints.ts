import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";

/** How live hints come through: as they are, never, each twice, or each with a head that is still to come. */
export type Hints = "pass" | "lose" | "double" | "early";

/** Passes a live stream on, message by message; the rest of it (its head, its beats) as it is. */
export function passHints(
  port: number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  how: () => Hints,
): void {
  const { url, method, headers } = incoming;
  const onward = ask({ host: "127.0.0.1", port, path: url, method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    let rest = "";
    answer.setEncoding("utf8");
    answer.on("data", (chunk: string) => {
      const messages = (rest + chunk).split("\n\n");
      rest = messages.pop() ?? "";
      for (const message of messages) for (const told of alter(message, how())) outgoing.write(`${told}\n\n`);
    });
    answer.on("error", () => outgoing.destroy());
    answer.on("close", () => outgoing.end());
  });
  onward.on("error", () => outgoing.destroy());
  outgoing.on("close", () => onward.destroy());
  onward.end();
}

function alter(message: string, how: Hints): readonly string[] {
  if (!message.includes("event: head")) return [message];
  switch (how) {
    case "pass":
      return [message];
    case "lose":
      return [];
    case "double":
      return [message, message];
    case "early":
      return [message.replace(/\d+/, (head) => String(Number(head) + 1))];
  }
}
