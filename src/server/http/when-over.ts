import type { EventEmitter } from "node:events";
import type { FastifyReply } from "fastify";

/**
 * Acts once when a request is over: its answer was sent, or whoever asked has gone, be it in the middle of the body.
 * Fastify's `onResponse` knows of answers only. A request that is behind another one on its connection hears of the
 * connection's end from the connection alone. Call it only where `isOver` says no, or before anything is awaited.
 */
export function whenOver({ raw, request }: FastifyReply, act: () => void): void {
  const { socket } = request.raw;
  const end = () => {
    unhear(raw, end);
    unhear(socket, end);
    act();
  };
  hear(raw, end);
  hear(socket, end);
}

/** Whether nobody can be answered any more: `close` was told already, and is not told again. */
export function isOver({ raw, request }: FastifyReply): boolean {
  return raw.destroyed || request.raw.socket.destroyed;
}

/** Node warns of a leak at a number of listeners: those that are certain to go are not part of that number. */
function hear(emitter: EventEmitter, end: () => void): void {
  emitter.setMaxListeners(emitter.getMaxListeners() + 1);
  emitter.on("close", end);
}

function unhear(emitter: EventEmitter, end: () => void): void {
  emitter.off("close", end);
  emitter.setMaxListeners(emitter.getMaxListeners() - 1);
}
