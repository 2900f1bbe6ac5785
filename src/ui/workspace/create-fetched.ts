import { type Accessor, createResource } from "solid-js";
import type { Device } from "../../device/storage/device.ts";
import type { Answer, Refused } from "../../sync/calls/call-as.ts";
import { act } from "../faults/act.ts";
import { useWorkspace } from "./workspace-context.tsx";

/** What the server was asked for, as it is known now. */
export interface Fetched<Value> {
  /** The last answer that had it; undefined before, and when the last one refused. */
  readonly value: Accessor<Value | undefined>;
  /** Why the last answer did not have it. */
  readonly trouble: Accessor<Refused["trouble"] | undefined>;
  readonly isLoading: Accessor<boolean>;
  readonly again: () => void;
}

/** Asks the server as this device, at once and again when told to. The last answer stays while the next is awaited. */
export function createFetched<Value>(ask: (device: Device) => Promise<Answer<Value>>): Fetched<Value> {
  const workspace = useWorkspace();
  const [answer, { refetch }] = createResource(() => workspace.device, ask);
  return {
    value: () => {
      const latest = answer.latest;
      return latest?.ok === true ? latest.value : undefined;
    },
    trouble: () => {
      if (answer.error !== undefined) return "unexpected-answer";
      const latest = answer.latest;
      return latest?.ok === false ? latest.trouble : undefined;
    },
    isLoading: () => answer.loading,
    again: () => {
      act(Promise.resolve(refetch()));
    },
  };
}
