import type { FastifyReply } from "fastify";

/**
 * Acts once when a request is over: its answer was sent, or whoever asked has gone, be it in the middle of the body.
 * Fastify's `onResponse` knows of answers only. A request that stands behind another one on its connection hears of
 * the connection's end from the connection alone. Call it only where `isOver` says no, or before anything is awaited.
 */
export function whenOver({ raw, request }: FastifyReply, act: () => void): void {
  const { socket } = request.raw;
  const end = () => {
    raw.off("close", end);
    socket.off("close", end);
    act();
  };
  raw.on("close", end);
  // As many as there are requests behind each other; each goes with its request.
  socket.setMaxListeners(0);
  socket.on("close", end);
}

/** Whether nobody can be answered any more: `close` was told already, and is not told again. */
export function isOver({ raw, request }: FastifyReply): boolean {
  return raw.destroyed || request.raw.socket.destroyed;
}
