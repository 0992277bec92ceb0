/**
 * Follows a pointer from a handle until it is let go, and gives the last event. Escape, and a pointer that is taken away (a call comes in, the page is rolled), end it with null: then nothing was meant, and whoever
 * listens puts back what was moved. Who rolls what lies below the pointer is asked again while it rests: a finger at the edge waits for what comes.
 */
export function follow(handle: HTMLElement, event: PointerEvent, move: (event: PointerEvent) => void, end: (event: PointerEvent | null) => void, rolls = false): void {
  if (event.button !== 0) return;
  event.preventDefault();
  handle.focus();
  let last = event;
  const step = (next: PointerEvent): void => {
    if (next.pointerId !== event.pointerId) return;
    last = next;
    move(next);
  };
  const resting = rolls ? window.setInterval(() => {
    if (last !== event && (last.clientY < 90 || last.clientY > window.innerHeight - 110)) move(last);
  }, 50) : 0;
  const finish = (how: PointerEvent | null): void => {
    clearInterval(resting);
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

const hold = 350;
const still = 8;

/**
 * Says when something is taken by its handle that is as large as what it moves: at once by a mouse or a pen; by a finger when that has rested there, for one that sets off at once rolls the page, as it does everywhere else.
 */
export function taken(handle: HTMLElement, begin: (event: PointerEvent) => void): void {
  let isHeld = false;
  handle.addEventListener('pointerdown', (event) => {
    isHeld = false;
    if (event.pointerType !== 'touch') {
      begin(event);
      return;
    }
    const wander = (next: PointerEvent): void => {
      if (next.pointerId === event.pointerId && (next.type !== 'pointermove' || Math.hypot(next.clientX - event.clientX, next.clientY - event.clientY) > still)) leave();
    };
    const leave = (): void => {
      clearTimeout(resting);
      for (const name of ['pointermove', 'pointerup', 'pointercancel'] as const) window.removeEventListener(name, wander);
    };
    const resting = window.setTimeout(() => {
      leave();
      isHeld = true;
      begin(event);
    }, hold);
    for (const name of ['pointermove', 'pointerup', 'pointercancel'] as const) window.addEventListener(name, wander);
  });
  // Listened to from the beginning: once a finger is down, the browser asks nobody who comes later.
  handle.addEventListener('touchmove', (event) => {
    if (isHeld) event.preventDefault();
  }, { passive: false });
  handle.addEventListener('contextmenu', (event) => {
    if (isHeld) event.preventDefault();
  });
}
