import { A } from "@solidjs/router";
import { createEffect, createMemo, createSignal, onCleanup } from "solid-js";
import { Dynamic } from "solid-js/web";
import { findStatus } from "../../device/views/queries.ts";
import { IconHere, IconOffline, IconSent, IconSync, IconWait, IconWarning } from "../design/icons.tsx";
import { forgetsAfterSevenDays, thisPlatform } from "../pwa/platform.ts";
import { syncWords } from "../words/sync-words.ts";
import { createLive } from "../workspace/create-live.ts";
import { useDeviceHolder } from "../workspace/device-context.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { type SyncSummary, syncSummary } from "./sync-summary.ts";

const icons = {
  here: IconHere,
  sent: IconSent,
  sync: IconSync,
  wait: IconWait,
  offline: IconOffline,
  warning: IconWarning,
};

const unread: SyncSummary = {
  tone: "plain",
  icon: "sync",
  text: syncWords.connecting,
  detail: "",
  href: "/outbox",
};

/** How long an announcement stays: long enough to be read aloud, gone before it is no longer true. */
const spokenMs = 5_000;

/** Whether the browser believes in a network; its yes means little, its no can be believed. */
function createOnline(): () => boolean {
  const [online, setOnline] = createSignal(navigator.onLine);
  const look = () => setOnline(navigator.onLine);
  addEventListener("online", look);
  addEventListener("offline", look);
  onCleanup(() => {
    removeEventListener("online", look);
    removeEventListener("offline", look);
  });
  return online;
}

/** The state of sync, on every screen, with a link to where something can be done about it. */
export function SyncBar() {
  const workspace = useWorkspace();
  const holder = useDeviceHolder();
  const online = createOnline();
  const forgets = forgetsAfterSevenDays(thisPlatform());
  const status = createLive(
    () => workspace.later(),
    (device) => findStatus(device.db),
  );
  const summary = createMemo<SyncSummary>((before) => {
    const [known, counts] = [status(), workspace.waiting()];
    // Until both are read nothing is claimed, least of all that nothing waits.
    if (known.status !== "ready" || counts.status !== "ready") return before ?? unread;
    const stall = holder.stall();
    const facts = {
      ...(stall === undefined ? {} : { stalledMs: stall.stalledMs }),
      status: known.value,
      waiting: counts.value,
      joined: workspace.joined(),
      online: online(),
      forgets,
    };
    return syncSummary(facts, workspace.format());
  });
  // Counts change with every tap: only a change of kind is read aloud.
  const spoken = createMemo<SyncSummary>((before) => {
    const next = summary();
    return before !== undefined && before.icon === next.icon && before.tone === next.tone ? before : next;
  });
  const [aloud, setAloud] = createSignal("");
  createEffect(() => {
    setAloud(spoken().text);
    const timer = setTimeout(() => setAloud(""), spokenMs);
    onCleanup(() => clearTimeout(timer));
  });
  return (
    <>
      <A class="sync-bar" data-tone={summary().tone} href={summary().href}>
        <Dynamic component={icons[summary().icon]} />
        <span>{summary().text}</span>
        <span class="sync-bar-detail">{summary().detail}</span>
      </A>
      <span class="visually-hidden" role="status">
        {aloud()}
      </span>
    </>
  );
}
