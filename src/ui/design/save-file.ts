import { type Platform, thisPlatform } from "../pwa/platform.ts";

/**
 * Offers a text, in parts, as a file to save; the browser asks where. In an app on Apple's home screen a download shows
 * the file with no way back to the app: there it is shared, which offers to save it. False when somebody closed that.
 */
export async function saveFile(fileName: string, parts: readonly string[], type: string): Promise<boolean> {
  const file = findShareable(fileName, parts, type, thisPlatform());
  try {
    if (file === undefined) download(fileName, parts, type);
    else await navigator.share({ files: [file] });
  } catch (error) {
    if (isClosed(error)) return false;
    // The browser no longer counts the tap that asked for it, so the file is downloaded instead.
    download(fileName, parts, type);
  }
  return true;
}

/** The file as this platform shares it; undefined where it is better downloaded, or cannot be shared. */
export function findShareable(
  fileName: string,
  parts: readonly string[],
  type: string,
  { ios, standalone }: Platform,
  canShare: (data: ShareData) => boolean = (data) => navigator.canShare?.(data) ?? false,
): File | undefined {
  if (!ios || !standalone) return undefined;
  // A type that the system does not know is shared as plain text, under the same name.
  const files = [type, "text/plain"].map((known) => new File([...parts], fileName, { type: known }));
  return files.find((file) => canShare({ files: [file] }));
}

function isClosed(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function download(fileName: string, parts: readonly string[], type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // Some browsers read the address only after the click: it is given back once they surely have.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
