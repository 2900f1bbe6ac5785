import { onCleanup, onMount } from "solid-js";
import { listenForScans, type ScanTaker } from "./listen-for-scans.ts";
import { makeTones, type ScanTone } from "./tones.ts";

/** Takes the scans of a screen for as long as it is shown; yields its tones. */
export function useScans(taker: ScanTaker): { readonly play: (tone: ScanTone) => void } {
  const tones = makeTones();
  onMount(() => {
    const stop = listenForScans(taker);
    onCleanup(stop);
  });
  onCleanup(tones.close);
  return tones;
}
