import type { JourneyBoard } from './journey';
import { follow, taken } from './pointer';

/** The keys in a field as chips with their names, that are dragged from stage to stage, moved with the arrow keys and taken out; and a field that takes another one in. The field keeps the keys. */
export class Chips {
  private static readonly names = new Map<string, Map<string, string>>();
  private readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly add: HTMLInputElement;
  private readonly known: Map<string, string>;

  constructor(private readonly cell: HTMLElement, private readonly board: JourneyBoard) {
    this.input = cell.querySelector('input')!;
    const listName = this.input.getAttribute('list') ?? '';
    this.known = Chips.namesOf(listName);
    this.list = document.createElement('ul');
    this.list.className = 'plain journey-chips';
    this.add = document.createElement('input');
    this.add.className = 'form-control journey-chip-add';
    this.add.autocomplete = 'off';
    this.add.setAttribute('list', Chips.byName(listName, this.known));
    this.add.id = `${this.input.id}-add`;
    const label = cell.querySelector('label');
    label?.setAttribute('for', this.add.id);
    this.list.setAttribute('aria-label', label?.textContent?.trim() ?? '');
    this.input.hidden = true;
    this.input.after(this.list, this.add);
    this.add.addEventListener('change', () => this.take());
    this.add.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.take();
    });
    // What is typed there is no word of the form.
    this.add.addEventListener('input', (event) => event.stopPropagation());
    board.addEventListener('journey:redraw', () => this.draw());
    cell.addEventListener('journey:draw', () => this.draw());
    this.draw();
  }

  private static namesOf(list: string): Map<string, string> {
    let names = Chips.names.get(list);
    if (!names) {
      names = new Map([...document.querySelectorAll<HTMLOptionElement>(`#${CSS.escape(list)} option`)].map((option) => [option.value, option.textContent?.trim() || option.value]));
      Chips.names.set(list, names);
    }
    return names;
  }

  private static byName(list: string, names: Map<string, string>): string {
    const id = `${list}-by-name`;
    if (!document.getElementById(id)) {
      const own = document.createElement('datalist');
      own.id = id;
      own.append(...[...names].sort((a, b) => a[1].localeCompare(b[1])).map(([key, name]) => {
        const option = document.createElement('option');
        option.value = name;
        option.textContent = key;
        return option;
      }));
      document.getElementById(list)?.after(own);
    }
    return id;
  }

  private keys(): string[] {
    return this.input.value.split(/[,\n]/).map((key) => key.trim()).filter((key) => key !== '');
  }

  private set(keys: string[]): void {
    this.input.value = [...new Set(keys)].join(', ');
    this.draw();
  }

  private take(): void {
    const word = this.add.value.trim();
    if (word === '') return;
    const key = this.known.has(word) ? word : [...this.known].find(([, name]) => name.toLocaleLowerCase() === word.toLocaleLowerCase())?.[0];
    if (key === undefined) {
      this.board.say(this.board.dataset.unknown, word);
      this.add.setCustomValidity((this.board.dataset.unknown ?? '').replace('{0}', word));
      this.add.reportValidity();
      this.add.setCustomValidity('');
      return;
    }
    this.add.value = '';
    this.set([...this.keys(), key]);
    this.board.keep();
    this.board.say(this.board.dataset.put, this.known.get(key) ?? key, this.board.nameOf(this.cell.closest('[data-journey-stage]')));
  }

  private draw(): void {
    this.list.replaceChildren(...this.keys().map((key) => this.chip(key)));
  }

  private chip(key: string): HTMLLIElement {
    const item = document.createElement('li');
    const name = this.known.get(key) ?? key;
    item.className = this.known.has(key) ? 'journey-chip' : 'journey-chip journey-chip-unknown';
    item.dataset.key = key;
    const move = document.createElement('button');
    move.type = 'button';
    move.className = 'journey-chip-move';
    move.textContent = name;
    move.setAttribute('aria-label', (this.board.dataset.name ?? '{0}').replace('{0}', name));
    const out = document.createElement('button');
    out.type = 'button';
    out.className = 'journey-chip-out';
    out.textContent = '×';
    out.setAttribute('aria-label', (this.board.dataset.take ?? '{0}').replace('{0}', name));
    item.append(move, out);
    out.addEventListener('click', () => this.takeOut(key, name));
    move.addEventListener('keydown', (event) => this.byKey(event, key, name));
    taken(move, (event) => this.drag(event, item, move, key, name));
    return item;
  }

  private takeOut(key: string, name: string): void {
    const at = this.keys().indexOf(key);
    this.set(this.keys().filter((other) => other !== key));
    this.board.keep();
    this.board.say(this.board.dataset.removed, name);
    (this.list.querySelectorAll<HTMLElement>('.journey-chip-move')[Math.min(at, this.keys().length - 1)] ?? this.add).focus();
  }

  private byKey(event: KeyboardEvent, key: string, name: string): void {
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      this.takeOut(key, name);
      return;
    }
    const up = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (up === undefined && side === undefined) return;
    event.preventDefault();
    if (up !== undefined) {
      const keys = this.keys();
      const at = keys.indexOf(key);
      const other = keys[at + up];
      if (other === undefined) return;
      [keys[at], keys[at + up]] = [other, key];
      this.set(keys);
      this.focus(this.cell, key);
      this.board.keep();
      this.board.say(this.board.dataset.moved, name, at + up + 1, keys.length);
    } else if (side !== undefined) this.put(key, name, this.board.neighbour(this.cell, side), null);
  }

  private drag(event: PointerEvent, item: HTMLElement, move: HTMLElement, key: string, name: string): void {
    let goes = false;
    let over: HTMLElement | null = null;
    // That a finger has rested long enough is seen.
    item.classList.toggle('journey-moving', event.pointerType === 'touch');
    follow(move, event, (next) => {
      goes ||= Math.abs(next.clientX - event.clientX) + Math.abs(next.clientY - event.clientY) > 6;
      if (!goes) return;
      item.classList.add('journey-moving');
      this.board.roll(next);
      over?.classList.remove('journey-over');
      over = this.board.under(this.cell, next);
      over?.classList.add('journey-over');
    }, (last) => {
      item.classList.remove('journey-moving');
      over?.classList.remove('journey-over');
      if (last === null) this.board.say(this.board.dataset.left, name);
      else if (goes && over) this.put(key, name, over, last);
    }, true);
  }

  /** Puts it into a cell, before the chip over which it was let go. */
  private put(key: string, name: string, cell: HTMLElement | null, at: PointerEvent | null): void {
    const input = cell?.querySelector<HTMLInputElement>('input[name]');
    if (!cell || !input) return;
    const others = input.value.split(/[,\n]/).map((one) => one.trim()).filter((one) => one !== '' && one !== key);
    const before = at === null ? null : [...cell.querySelectorAll<HTMLElement>('.journey-chip')].find((chip) => chip.dataset.key !== key && at.clientY < chip.getBoundingClientRect().top + chip.offsetHeight / 2);
    const place = before?.dataset.key === undefined ? others.length : others.indexOf(before.dataset.key);
    others.splice(place < 0 ? others.length : place, 0, key);
    // Both fields, before anything loses the focus: it is one step.
    input.value = others.join(', ');
    if (cell !== this.cell) this.set(this.keys().filter((other) => other !== key));
    cell.dispatchEvent(new CustomEvent('journey:draw'));
    this.focus(cell, key);
    this.board.keep();
    this.board.say(this.board.dataset.put, name, this.board.nameOf(cell.closest('[data-journey-stage]')));
  }

  private focus(cell: HTMLElement, key: string): void {
    cell.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] .journey-chip-move`)?.focus();
  }
}
