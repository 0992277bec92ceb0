/**
 * Follows a pointer from a handle until it is let go, and gives the last event. Escape, and a pointer that is taken away (a call comes in, the page is rolled), end it with null: then nothing was meant, and whoever
 * listens puts back what was moved.
 */
export function follow(handle: HTMLElement, event: PointerEvent, move: (event: PointerEvent) => void, end: (event: PointerEvent | null) => void): void {
  if (event.button !== 0) return;
  event.preventDefault();
  handle.focus();
  let last = event;
  const step = (next: PointerEvent): void => {
    if (next.pointerId !== event.pointerId) return;
    last = next;
    move(next);
  };
  const finish = (how: PointerEvent | null): void => {
    window.removeEventListener('pointermove', step);
    window.removeEventListener('pointerup', stop);
    window.removeEventListener('pointercancel', lose);
    window.removeEventListener('keydown', escape, true);
    end(how);
  };
  const stop = (next: PointerEvent): void => {
    if (next.pointerId === event.pointerId) finish(last);
  };
  const lose = (next: PointerEvent): void => {
    if (next.pointerId === event.pointerId) finish(null);
  };
  const escape = (key: KeyboardEvent): void => {
    if (key.key !== 'Escape') return;
    key.preventDefault();
    key.stopPropagation();
    finish(null);
  };
  // On the window, for what is dragged is put elsewhere meanwhile, and an element that moves loses its pointer.
  window.addEventListener('pointermove', step);
  window.addEventListener('pointerup', stop);
  window.addEventListener('pointercancel', lose);
  window.addEventListener('keydown', escape, true);
}
