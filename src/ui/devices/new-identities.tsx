import {
  type Accessor,
  createContext,
  createEffect,
  createSignal,
  type JSX,
  onCleanup,
  useContext,
} from "solid-js";
import type { WorkspaceDevice } from "../../protocol/joining-messages.ts";
import { inBackground } from "../faults/act.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { groupDevices, isNewIdentity } from "./lineages.ts";
import { findSeenTakeOvers, noteSeenTakeOvers } from "./seen-take-overs.ts";

/** What an owner is told, on every screen, of devices that took a new identity. */
interface NewIdentities {
  /** Whether one did since this owner last looked at the devices. */
  readonly isNew: Accessor<boolean>;
  /** Up to when the owner has seen them, ISO 8601 UTC. */
  readonly seenUntil: Accessor<string>;
  readonly noteSeen: (until: string) => void;
}

/** How often the server is asked while somebody sees the app: a mark may be late, and costs nearly nothing. */
const lookEveryMs = 60 * 60_000;

const NewIdentitiesContext = createContext<NewIdentities>();

/** Asks for the devices once when an owner opens the app, and then every hour. Without a network nothing is said. */
export function NewIdentitiesProvider(props: { readonly children: JSX.Element }) {
  const workspace = useWorkspace();
  const [devices, setDevices] = createSignal<readonly WorkspaceDevice[]>([]);
  const [seenUntil, setSeenUntil] = createSignal("");
  createEffect(() => {
    const { device } = workspace;
    const { workspaceId, joined } = device.identity();
    setDevices([]);
    setSeenUntil(findSeenTakeOvers(workspaceId));
    if (joined?.role !== "owner") return;
    let over = false;
    const look = async () => {
      const { listDevices } = await import("../../sync/calls/devices.ts");
      const answer = await listDevices(device);
      if (over || !answer.ok) return;
      // Another tab may have looked at them.
      setSeenUntil(findSeenTakeOvers(workspaceId));
      setDevices(answer.value);
    };
    inBackground(look());
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") inBackground(look());
    }, lookEveryMs);
    onCleanup(() => {
      over = true;
      clearInterval(timer);
    });
  });
  const identities: NewIdentities = {
    isNew: () => groupDevices(devices()).some((lineage) => isNewIdentity(lineage, seenUntil())),
    seenUntil,
    noteSeen: (until) => {
      noteSeenTakeOvers(workspace.device.identity().workspaceId, until);
      setSeenUntil(until);
    },
  };
  return <NewIdentitiesContext.Provider value={identities}>{props.children}</NewIdentitiesContext.Provider>;
}

/** What an owner is told of devices that took a new identity. */
export function useNewIdentities(): NewIdentities {
  const identities = useContext(NewIdentitiesContext);
  if (identities === undefined) throw new Error("expected to be inside a NewIdentitiesProvider");
  return identities;
}
