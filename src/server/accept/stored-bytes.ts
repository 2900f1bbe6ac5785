import type { Rows } from "./facts.ts";
import type { PreparedCommand } from "./prepare-command.ts";

/** What an event takes beside its data, and a command beside its events, in bytes of the database, roughly. */
const eventOverheadBytes = 300;
const commandOverheadBytes = 200;

/** What a command takes when it is stored. */
export function bytesOfCommand({ reading }: PreparedCommand): number {
  return commandOverheadBytes + (reading.outcome === "readable" ? bytesOfTexts(reading.dataTexts) : 0);
}

/** What is stored of a push, refusals included: they are remembered for ever. */
export function bytesOfRows({ events, commands }: Pick<Rows, "events" | "commands">): number {
  return commands.length * commandOverheadBytes + bytesOfTexts(events.map(({ dataText }) => dataText));
}

function bytesOfTexts(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text) + eventOverheadBytes, 0);
}
