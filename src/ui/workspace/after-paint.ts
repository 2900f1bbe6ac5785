/** A page that nobody sees has no frames. */
const framesMsMax = 500;

/** Works right after the next frame, when what was drawn is shown. What it returns cancels. */
export function afterPaint(work: () => void): () => void {
  let timer = setTimeout(work, framesMsMax);
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    timer = setTimeout(work);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
