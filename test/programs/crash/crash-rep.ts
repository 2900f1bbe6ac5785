import { setTimeout as delay } from "node:timers/promises";
import type { PushedCommand, Verdict } from "../../../src/protocol/sync-messages.ts";
import { drafted, lineAdded, makeOrderHand, placed } from "../../server/support/commands.ts";
import type { Luck } from "../../support/luck.ts";
import type { ProtocolClient } from "../../support/protocol-client.ts";

/** A command that was answered `accepted` or `duplicate`, and its positions. */
export interface Answered {
  readonly command: PushedCommand;
  readonly positions: readonly number[];
}

/** A device that pushes orders as fast as it is answered, and remembers every answer. */
export interface CrashRep {
  readonly name: string;
  /** Pushes batch after batch until told to stop; one that is not answered is kept, and goes first the next time. */
  readonly pushUntil: (stopped: () => boolean) => Promise<void>;
  /** Sends again what was never answered. Yields each command with its verdict. */
  readonly resendUnanswered: () => Promise<readonly (readonly [PushedCommand, Verdict | undefined])[]>;
  readonly resend: (commands: readonly PushedCommand[]) => Promise<readonly Verdict[]>;
  readonly answered: ReadonlyMap<string, Answered>;
  /** Every command that was ever sent, by its id. */
  readonly sent: ReadonlyMap<string, PushedCommand>;
  readonly isInFlight: () => boolean;
}

/** `told` hears of answers that no honest server gives. */
export function makeCrashRep(client: ProtocolClient, luck: Luck, told: (text: string) => void): CrashRep {
  const answered = new Map<string, Answered>();
  const sent = new Map<string, PushedCommand>();
  const unanswered: PushedCommand[][] = [];
  const code = client.joined.device.code;
  let seq = 0;
  let orders = 0;
  let inFlight = false;

  const makeBatch = (): PushedCommand[] => {
    const batch: PushedCommand[] = [];
    const ordersInBatch = luck.between(1, 5);
    for (let count = 0; count < ordersInBatch; count += 1) {
      orders += 1;
      const hand = makeOrderHand();
      batch.push(hand.command(++seq, drafted(`${code}-${orders}`)));
      const lines = Array.from({ length: luck.between(1, 4) }, (_, index) => lineAdded(`SKU-${index}`));
      batch.push(hand.command(++seq, ...lines));
      if (luck.draw() < 0.7) batch.push(hand.command(++seq, placed(hand)));
    }
    for (const command of batch) sent.set(command.id, command);
    return batch;
  };

  const record = (batch: readonly PushedCommand[], verdicts: readonly Verdict[]) => {
    for (const [index, command] of batch.entries()) {
      const verdict = verdicts[index];
      if (verdict?.command !== command.id) {
        told(`${code}: the answer for ${command.id} is not at its index`);
      } else if (verdict.outcome === "accepted" || verdict.outcome === "duplicate") {
        const positions = verdict.positions;
        const before = answered.get(command.id)?.positions;
        if (before !== undefined && before.join() !== positions.join())
          told(`${command.id} was at ${before.join()}, is answered at ${positions.join()}`);
        answered.set(command.id, { command, positions });
      } else told(`${code}: ${command.id} was answered ${verdict.outcome}`);
    }
  };

  const push = async (batch: readonly PushedCommand[]) => {
    inFlight = true;
    try {
      const verdicts = await client.push(batch);
      record(batch, verdicts);
      return verdicts;
    } finally {
      inFlight = false;
    }
  };

  return {
    name: code,
    answered,
    sent,
    isInFlight: () => inFlight,
    pushUntil: async (stopped) => {
      while (!stopped()) {
        if (unanswered.length === 0) unanswered.push(makeBatch());
        try {
          await push(unanswered[0] ?? []);
          unanswered.shift();
        } catch {
          // Killed under it: no answer. It is kept and sent again.
          await delay(10);
        }
      }
    },
    resendUnanswered: async () => {
      const outcomes: (readonly [PushedCommand, Verdict | undefined])[] = [];
      for (let batch = unanswered[0]; batch !== undefined; batch = unanswered[0]) {
        const verdicts = await push(batch);
        outcomes.push(...batch.map((command, index) => [command, verdicts[index]] as const));
        unanswered.shift();
      }
      return outcomes;
    },
    resend: push,
  };
}
