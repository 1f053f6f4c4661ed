/** Pixels a second: slow enough to read a line of large letters. */
const SPEED = 36;
const REST = 6_000;

/** Scrolls a box to its end and back to its top for ever, resting at both. Returns how to stop. */
export function drift(box: HTMLElement): () => void {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let frame = 0;
  let before = 0;
  let restUntil = performance.now() + REST;
  let at = 0;
  const step = (now: number) => {
    frame = requestAnimationFrame(step);
    const passed = Math.min(now - before, 100);
    before = now;
    if (now < restUntil) return;
    const end = box.scrollHeight - box.clientHeight;
    if (box.scrollTop >= end - 1) {
      at = 0;
      restUntil = now + REST;
    } else if (still.matches) {
      // One screen at a time for those whom movement disturbs.
      at = Math.min(end, box.scrollTop + box.clientHeight * 0.9);
      restUntil = now + 2 * REST;
    } else {
      at = Math.min(end, at + (passed * SPEED) / 1000);
      if (at >= end) restUntil = now + REST;
    }
    box.scrollTop = at;
  };
  frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}
