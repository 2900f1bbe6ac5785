/** Where the app runs, as far as that decides what can be done. */
export interface Platform {
  /** An iPhone or iPad, in whichever browser: all of them are Safari inside. */
  readonly ios: boolean;
  /** Safari's own rules for storage hold: an Apple device, and no browser of another kind. */
  readonly safari: boolean;
  /** Opened as an app of its own (home screen, Dock, installed), not in a browser's tab. */
  readonly standalone: boolean;
}

/** What a browser says about itself. */
export interface PlatformFacts {
  readonly userAgent: string;
  readonly maxTouchPoints: number;
  readonly standalone: boolean;
}

/** Tells the platform. An iPad says that it is a Mac; no Mac has a screen for several fingers. */
export function platformOf({ userAgent, maxTouchPoints, standalone }: PlatformFacts): Platform {
  const isMac = userAgent.includes("Macintosh");
  const ios = /iPhone|iPad|iPod/.test(userAgent) || (isMac && maxTouchPoints > 1);
  const isSafari = userAgent.includes("AppleWebKit") && !/Chrome|Chromium|Edg\//.test(userAgent);
  return { ios, safari: ios || (isMac && isSafari), standalone };
}

/** The platform of this page. */
export function thisPlatform(): Platform {
  const { userAgent, maxTouchPoints } = navigator;
  // Safari's own word for the home screen, from before the media query.
  const fromHomeScreen = "standalone" in navigator && navigator.standalone === true;
  const standalone = fromHomeScreen || matchMedia("(display-mode: standalone)").matches;
  return platformOf({ userAgent, maxTouchPoints: maxTouchPoints ?? 0, standalone });
}

/** A tab whose data Safari deletes after seven days of use without a visit: apps on the home screen keep theirs. */
export function forgetsAfterSevenDays({ safari, standalone }: Platform): boolean {
  return safari && !standalone;
}
