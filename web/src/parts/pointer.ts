/** Follows a pointer from a handle until it is let go; Escape and a lost pointer end it as well. */
export function follow(handle: HTMLElement, event: PointerEvent, move: (event: PointerEvent) => void, end: (event: PointerEvent) => void): void {
  if (event.button !== 0) return;
  event.preventDefault();
  handle.focus();
  let last = event;
  const step = (next: PointerEvent): void => {
    last = next;
    move(next);
  };
  const stop = (): void => {
    window.removeEventListener('pointermove', step);
    window.removeEventListener('pointerup', stop);
    window.removeEventListener('pointercancel', stop);
    end(last);
  };
  // On the window, for what is dragged is put elsewhere meanwhile, and an element that moves loses its pointer.
  window.addEventListener('pointermove', step);
  window.addEventListener('pointerup', stop);
  window.addEventListener('pointercancel', stop);
}
