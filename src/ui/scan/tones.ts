/** What a tone tells to somebody who looks at the goods: the screen says the same in words. */
export type ScanTone = "added" | "unknown" | "ambiguous";

interface Beep {
  readonly hertz: number;
  readonly shape: OscillatorType;
  readonly fromMs: number;
  readonly lastsMs: number;
}

/** One short high tone; two low, rough ones; three that rise like a question. */
const beeps: Readonly<Record<ScanTone, readonly Beep[]>> = {
  added: [{ hertz: 1_320, shape: "sine", fromMs: 0, lastsMs: 70 }],
  unknown: [
    { hertz: 196, shape: "square", fromMs: 0, lastsMs: 160 },
    { hertz: 156, shape: "square", fromMs: 210, lastsMs: 240 },
  ],
  ambiguous: [
    { hertz: 523, shape: "triangle", fromMs: 0, lastsMs: 90 },
    { hertz: 659, shape: "triangle", fromMs: 120, lastsMs: 90 },
    { hertz: 880, shape: "triangle", fromMs: 240, lastsMs: 140 },
  ],
};

const loudness = 0.15;

/**
 * Makes the tones of one screen. Where there is no sound, or it is not allowed, they are silent. `close` ends it, once the
 * last one is over: what a scan opens replaces the screen that sounds.
 */
export function makeTones(): { readonly play: (tone: ScanTone) => void; readonly close: () => void } {
  let context: AudioContext | undefined;
  let isClosed = false;
  let sounding: Promise<unknown> = Promise.resolve();
  return {
    play: (tone) => {
      if (isClosed || typeof AudioContext === "undefined") return;
      context ??= new AudioContext();
      const sound = context;
      // It waits for a first key or tap where the browser asks for one; a scan is keys.
      sounding = sound.resume().then(
        () => Promise.all(beeps[tone].map((beep) => playBeep(sound, beep))),
        () => {},
      );
    },
    close: () => {
      isClosed = true;
      sounding.then(() => context?.close()).catch(() => {});
    },
  };
}

function playBeep(sound: AudioContext, { hertz, shape, fromMs, lastsMs }: Beep): Promise<void> {
  const [from, to] = [sound.currentTime + fromMs / 1_000, sound.currentTime + (fromMs + lastsMs) / 1_000];
  const oscillator = new OscillatorNode(sound, { frequency: hertz, type: shape });
  const gain = new GainNode(sound, { gain: loudness });
  // Ends softly: a tone that is cut off clicks.
  gain.gain.setValueAtTime(loudness, Math.max(from, to - 0.02));
  gain.gain.linearRampToValueAtTime(0, to);
  oscillator.connect(gain).connect(sound.destination);
  oscillator.start(from);
  oscillator.stop(to);
  return new Promise((resolve) => {
    oscillator.onended = () => resolve();
  });
}
