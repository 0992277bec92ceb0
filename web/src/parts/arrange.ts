import { follow } from './pointer';

/**
 * <temas-arrange> arranges the tiles of a dashboard: the slots in it are dragged by their handle and drawn larger by their corner, or moved and sized with the arrow keys. It only changes the numbers
 * of the form that the slots bring, which are shown instead where there are no scripts; nothing is kept before the form is sent.
 */
class TemasArrange extends HTMLElement {
  connectedCallback(): void {
    this.classList.add('arranging');
    for (const slot of this.slots()) {
      const move = slot.querySelector<HTMLButtonElement>('[data-slot-move]');
      const size = slot.querySelector<HTMLButtonElement>('[data-slot-size]');
      if (!move || !size) continue;
      [move.hidden, size.hidden] = [false, false];
      move.addEventListener('keydown', (event) => this.moveByKey(slot, move, event));
      size.addEventListener('keydown', (event) => this.sizeByKey(slot, event));
      move.addEventListener('pointerdown', (event) => this.drag(slot, move, event));
      size.addEventListener('pointerdown', (event) => this.stretch(slot, size, event));
      slot.querySelector('[data-slot-remove]')?.addEventListener('change', (event) => slot.classList.toggle('slot-gone', (event.target as HTMLInputElement).checked));
    }
    this.addEventListener('change', (event) => {
      const slot = (event.target as Element).closest<HTMLElement>('[data-slot]');
      if (slot && (event.target as Element).matches('[data-slot-width], [data-slot-height]')) this.sizeTo(slot, this.number(slot, 'width'), this.number(slot, 'height'));
    });
  }

  private slots(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(':scope > [data-slot]')];
  }

  private field(slot: HTMLElement, name: string): HTMLInputElement | null {
    return slot.querySelector<HTMLInputElement>(`[data-slot-${name}]`);
  }

  private number(slot: HTMLElement, name: string): number {
    return Number(this.field(slot, name)?.value ?? 1);
  }

  private say(text: string | undefined, ...values: number[]): void {
    const place = this.querySelector('[data-arrange-say]');
    if (place) place.textContent = values.reduce((words, value, i) => words.replace(`{${i}}`, String(value)), text ?? '');
  }

  private renumber(): void {
    this.slots().forEach((slot, i) => {
      const field = this.field(slot, 'order');
      if (field) field.value = String(i + 1);
    });
  }

  private moveByKey(slot: HTMLElement, handle: HTMLElement, event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const all = this.slots();
    const other = all[all.indexOf(slot) + by];
    if (!other) return;
    if (by < 0) other.before(slot);
    else other.after(slot);
    this.renumber();
    handle.focus();
    slot.scrollIntoView({ block: 'nearest' });
    this.say(this.dataset.moved, this.slots().indexOf(slot) + 1, all.length);
  }

  private sizeByKey(slot: HTMLElement, event: KeyboardEvent): void {
    const wide = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const high = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (wide === 0 && high === 0) return;
    event.preventDefault();
    this.sizeTo(slot, this.number(slot, 'width') + wide, this.number(slot, 'height') + high);
  }

  private sizeTo(slot: HTMLElement, width: number, height: number): void {
    const [w, h] = [Math.min(12, Math.max(2, Math.round(width))), Math.min(12, Math.max(1, Math.round(height)))];
    slot.classList.remove(...[...slot.classList].filter((name) => /^t[wh]-\d+$/.test(name)));
    slot.classList.add(`tw-${w}`, `th-${Math.max(2, h)}`);
    const [wide, high] = [this.field(slot, 'width'), this.field(slot, 'height')];
    if (wide) wide.value = String(w);
    if (high) high.value = String(h);
    this.say(this.dataset.sized, w, h);
  }

  private drag(slot: HTMLElement, handle: HTMLElement, begun: PointerEvent): void {
    slot.classList.add('slot-moving');
    const behindIt = slot.nextElementSibling;
    const move = (event: PointerEvent): void => {
      const over = this.slots().find((other) => {
        if (other === slot) return false;
        const box = other.getBoundingClientRect();
        return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      });
      if (!over) return;
      const box = over.getBoundingClientRect();
      // Beyond the middle it goes behind; before it, in front.
      const behind = box.width > this.clientWidth * 0.8 ? event.clientY > box.top + box.height / 2 : event.clientX > box.left + box.width / 2;
      if (behind && over.nextElementSibling !== slot) over.after(slot);
      else if (!behind && over.previousElementSibling !== slot) over.before(slot);
    };
    follow(handle, begun, move, (last) => {
      slot.classList.remove('slot-moving');
      if (last === null) {
        this.insertBefore(slot, behindIt);
        this.say(this.dataset.left);
        return;
      }
      this.renumber();
      this.say(this.dataset.moved, this.slots().indexOf(slot) + 1, this.slots().length);
    });
  }

  private stretch(slot: HTMLElement, handle: HTMLElement, begun: PointerEvent): void {
    const style = getComputedStyle(this);
    const columns = style.gridTemplateColumns.split(' ').length;
    const column = (this.clientWidth + parseFloat(style.columnGap)) / columns;
    const row = 62 + parseFloat(style.rowGap);
    const [width, height] = [this.number(slot, 'width'), this.number(slot, 'height')];
    follow(
      handle, begun,
      (event) => this.sizeTo(slot, width + ((event.clientX - begun.clientX) / column) * (12 / columns), height + (event.clientY - begun.clientY) / row),
      (last) => {
        if (last === null) this.sizeTo(slot, width, height);
      },
    );
  }
}

customElements.define('temas-arrange', TemasArrange);
