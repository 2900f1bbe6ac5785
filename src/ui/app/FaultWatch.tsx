import { onCleanup } from "solid-js";
import { useToasts } from "../design/Toasts.tsx";
import { faultWords } from "../faults/fault-words.ts";
import { noteFault } from "../faults/recent-faults.ts";
import { sortFault } from "../faults/sort-fault.ts";
import { appWords } from "../words/app-words.ts";
import { useDeviceHolder } from "../workspace/device-context.tsx";

/**
 * Here every error arrives that nobody has dealt with, from actions (`act`), from sync and from anywhere
 * else: it is noted for a support file and said in words, and the storage is looked at.
 */
export function FaultWatch() {
  const holder = useDeviceHolder();
  const toasts = useToasts();
  const meet = (error: unknown) => {
    noteFault(error, new Date());
    const fault = sortFault(error);
    if (fault.kind === "storage") holder.lookAtStorage();
    const text = faultWords(fault);
    if (text === undefined) return;
    const reload = { label: appWords.failed.reload, run: () => location.reload() };
    toasts.show({ text, tone: "bad", ...(fault.kind === "stale" ? { action: reload } : {}) });
  };
  const onError = ({ error, filename }: ErrorEvent) => {
    // Without an error it is the browser's own notice; from another origin it is an extension's.
    const isOurs = filename === "" || filename.startsWith(location.origin);
    if (error !== null && error !== undefined && isOurs) meet(error);
  };
  const onRejection = ({ reason }: PromiseRejectionEvent) => meet(reason);
  addEventListener("error", onError);
  addEventListener("unhandledrejection", onRejection);
  onCleanup(() => {
    removeEventListener("error", onError);
    removeEventListener("unhandledrejection", onRejection);
  });
  return null;
}
