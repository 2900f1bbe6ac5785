/** Heads that are about to be told, one for each workspace. */
export interface HeldHeads {
  /** The log of a workspace has grown: the newest head is told once a moment is over, which this may begin. */
  readonly hold: (workspace: string, head: number) => void;
  /** Tells nothing any more. */
  readonly stop: () => void;
}

/**
 * Holds the first hint after a quiet time back for a moment too: what a service answers to a push comes some 20 ms
 * after it. Told at once, each device would ask twice for every order, and it is the asking that costs.
 */
export function makeHeldHeads(holdMs: number, tell: (workspace: string, head: number) => void): HeldHeads {
  const held = new Map<string, { head: number; readonly timer: NodeJS.Timeout }>();
  return {
    hold: (workspace, head) => {
      const waiting = held.get(workspace);
      if (waiting !== undefined) {
        waiting.head = Math.max(waiting.head, head);
        return;
      }
      const end = () => {
        held.delete(workspace);
        tell(workspace, now.head);
      };
      const now = { head, timer: setTimeout(end, holdMs) };
      now.timer.unref();
      held.set(workspace, now);
    },
    stop: () => {
      for (const { timer } of held.values()) clearTimeout(timer);
      held.clear();
    },
  };
}
