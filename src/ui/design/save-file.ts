/** Offers a text, in parts, as a file to save; the browser asks where. */
export function saveFile(fileName: string, parts: readonly string[], type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // Some browsers read the address only after the click: it is given back once they surely have.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
