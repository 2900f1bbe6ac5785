import { onCleanup, onMount } from "solid-js";
import { listenForScans, type ScanListener, type ScanTaker } from "./listen-for-scans.ts";
import { makeTones, type ScanTone } from "./tones.ts";

/** What a screen has of its scans: their tones, and when all that was scanned has been taken. */
export interface Scans extends Pick<ScanListener, "settled"> {
  readonly play: (tone: ScanTone) => void;
}

/** Takes the scans of a screen for as long as it is shown. */
export function useScans(taker: ScanTaker): Scans {
  const tones = makeTones();
  let listener: ScanListener | undefined;
  onCleanup(tones.close);
  onMount(() => {
    const started = listenForScans(taker);
    listener = started;
    onCleanup(started.stop);
  });
  return { play: tones.play, settled: async () => listener?.settled() };
}
