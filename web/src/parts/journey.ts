import { Chips } from './chips';
import { follow } from './pointer';

/** What the form holds at a moment: the columns in their order, and every field. */
interface State { order: string[]; values: [string, string][] }

/**
 * <temas-journey> maps a journey on a board: stages are columns that are dragged by their handle or moved with the arrow keys, touchpoints and indicators are chips that go from stage to stage in the
 * same ways. It only changes the fields of the form that stands there without scripts; every step can be undone, and nothing is kept before the form is sent.
 */
class TemasJourney extends HTMLElement {
  private readonly past: State[] = [];
  private readonly future: State[] = [];
  private now: State = { order: [], values: [] };
  private waiting = 0;

  connectedCallback(): void {
    this.classList.add('arranging');
    const spare = this.querySelector<HTMLTemplateElement>('[data-journey-spare]');
    if (spare) for (const column of [...spare.content.children]) this.columns().append(column);
    for (const part of this.querySelectorAll<HTMLElement>('[data-journey-how], [data-journey-undo], [data-journey-redo], [data-journey-add], [data-journey-move], [data-journey-remove]')) part.hidden = false;
    for (const part of this.querySelectorAll<HTMLElement>('[data-journey-plain]')) part.hidden = true;
    for (const [i, stage] of this.stages().entries()) {
      stage.dataset.id = String(i);
      this.equip(stage);
    }
    this.hideBlank();
    this.now = this.read();
    this.button('undo')?.addEventListener('click', () => this.back(this.past, this.future, this.dataset.undone));
    this.button('redo')?.addEventListener('click', () => this.back(this.future, this.past, this.dataset.redone));
    this.button('add')?.addEventListener('click', () => this.add());
    this.addEventListener('keydown', (event) => this.byKeys(event));
    this.addEventListener('input', () => this.soon());
    this.addEventListener('focusout', () => this.settle());
    this.closest('form')?.addEventListener('submit', () => this.settle());
    this.number();
  }

  private columns(): HTMLElement {
    return this.querySelector<HTMLElement>('[data-journey-columns]') ?? this;
  }

  private stages(): HTMLElement[] {
    return [...this.columns().querySelectorAll<HTMLElement>(':scope > [data-journey-stage]')];
  }

  private shown(): HTMLElement[] {
    return this.stages().filter((stage) => !stage.hidden);
  }

  private button(name: string): HTMLButtonElement | null {
    return this.querySelector<HTMLButtonElement>(`[data-journey-${name}]`);
  }

  private fields(stage: HTMLElement): (HTMLInputElement | HTMLTextAreaElement)[] {
    return [...stage.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input[name], textarea[name]')];
  }

  private isBlank(stage: HTMLElement): boolean {
    return this.fields(stage).every((field) => 'journeyPlace' in field.dataset || field.value.trim() === '');
  }

  /** The last stage behind those that say something: without scripts it is where one writes a new one. */
  private hideBlank(): void {
    const stages = this.stages();
    stages.forEach((stage, i) => { stage.hidden = i >= 2 && this.isBlank(stage); });
  }

  say(text: string | undefined, ...values: (string | number)[]): void {
    const place = this.querySelector('[data-journey-say]');
    if (place) place.textContent = values.reduce<string>((words, value, i) => words.replace(`{${i}}`, String(value)), text ?? '');
  }

  /** What a stage is called for who hears of it. */
  nameOf(stage: Element | null): string {
    const own = stage?.querySelector<HTMLInputElement>('.journey-own input')?.value.trim();
    const at = stage instanceof HTMLElement ? this.shown().indexOf(stage) + 1 : 0;
    return own || (this.dataset.stage ?? '').replace('{0}', String(at));
  }

  private number(): void {
    this.shown().forEach((stage, i) => {
      const place = stage.querySelector<HTMLInputElement>('[data-journey-place]');
      if (place) place.value = String(i + 1);
      const title = stage.querySelector('[data-journey-title]');
      if (title) title.textContent = (this.dataset.stage ?? '').replace('{0}', String(i + 1));
    });
    const add = this.button('add');
    if (add) add.disabled = this.shown().length >= this.stages().length;
  }

  private equip(stage: HTMLElement): void {
    for (const cell of stage.querySelectorAll<HTMLElement>('[data-journey-keys]')) new Chips(cell, this);
    const move = stage.querySelector<HTMLButtonElement>('[data-journey-move]');
    move?.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      const all = this.shown();
      const other = all[all.indexOf(stage) + by];
      if (!other) return;
      if (by < 0) other.before(stage);
      else other.after(stage);
      move.focus();
      stage.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      this.moved(stage);
    });
    move?.addEventListener('pointerdown', (event) => this.drag(stage, move, event));
    stage.querySelector('[data-journey-remove]')?.addEventListener('click', () => this.takeOut(stage));
  }

  private moved(stage: HTMLElement): void {
    this.number();
    this.keep();
    this.say(this.dataset.moved, this.nameOf(stage), this.shown().indexOf(stage) + 1, this.shown().length);
  }

  private add(): void {
    const stage = this.stages().find((one) => one.hidden);
    if (!stage) return;
    this.columns().append(stage);
    stage.hidden = false;
    this.number();
    this.keep();
    stage.scrollIntoView({ block: 'nearest', inline: 'end' });
    stage.querySelector<HTMLInputElement>('.journey-own input')?.focus();
    this.say(this.dataset.added, this.shown().length);
  }

  private takeOut(stage: HTMLElement): void {
    const name = this.nameOf(stage);
    for (const field of this.fields(stage)) field.value = '';
    this.columns().append(stage);
    stage.hidden = true;
    this.redraw();
    this.number();
    this.keep();
    this.say(this.dataset.removed, name);
    (this.button('undo') ?? this.button('add'))?.focus();
  }

  private drag(stage: HTMLElement, handle: HTMLElement, begun: PointerEvent): void {
    const behindIt = stage.nextElementSibling;
    follow(handle, begun, (event) => {
      const over = this.shown().find((other) => {
        const box = other.getBoundingClientRect();
        return other !== stage && event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      });
      stage.classList.add('journey-moving');
      this.roll(event);
      if (!over) return;
      const box = over.getBoundingClientRect();
      const isRow = box.width < this.columns().clientWidth * 0.8;
      const behind = isRow ? event.clientX > box.left + box.width / 2 : event.clientY > box.top + box.height / 2;
      if (behind && over.nextElementSibling !== stage) over.after(stage);
      else if (!behind && over.previousElementSibling !== stage) over.before(stage);
    }, (last) => {
      stage.classList.remove('journey-moving');
      if (last) {
        this.moved(stage);
        return;
      }
      this.columns().insertBefore(stage, behindIt);
      this.say(this.dataset.left, this.nameOf(stage));
    }, true);
  }

  /** While something is dragged to the edge, the board goes on. */
  roll(event: PointerEvent): void {
    const box = this.columns().getBoundingClientRect();
    if (this.isStacked()) {
      // Above lies the head of the page, below on a phone what leads to other pages.
      if (event.clientY > window.innerHeight - 110) window.scrollBy(0, 18);
      else if (event.clientY < 90) window.scrollBy(0, -18);
    } else if (event.clientX > box.right - 48) this.columns().scrollLeft += 14;
    else if (event.clientX < box.left + 48) this.columns().scrollLeft -= 14;
  }

  /** Whether the stages stand one below the other, as on a phone. */
  private isStacked(): boolean {
    const [first, second] = this.shown();
    return !!first && !!second && second.offsetTop >= first.offsetTop + first.offsetHeight;
  }

  /** The chips of the same lane in the neighbour stage, or where a pointer is. */
  neighbour(cell: HTMLElement, by: number): HTMLElement | null {
    const all = this.shown();
    const stage = cell.closest<HTMLElement>('[data-journey-stage]');
    const other = stage ? all[all.indexOf(stage) + by] : undefined;
    return other?.querySelector<HTMLElement>(`[data-journey-keys="${cell.dataset.journeyKeys}"]`) ?? null;
  }

  under(cell: HTMLElement, event: PointerEvent): HTMLElement | null {
    const stage = this.shown().find((one) => {
      const box = one.getBoundingClientRect();
      return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    });
    return stage?.querySelector<HTMLElement>(`[data-journey-keys="${cell.dataset.journeyKeys}"]`) ?? null;
  }

  private redraw(): void {
    this.dispatchEvent(new CustomEvent('journey:redraw'));
  }

  private read(): State {
    return {
      order: this.stages().map((stage) => `${stage.dataset.id}${stage.hidden ? '-' : ''}`),
      values: this.stages().flatMap((stage) => this.fields(stage).map((field): [string, string] => [field.name, field.value])),
    };
  }

  /** Takes down what was done, as one step that can be undone. */
  keep(): void {
    const state = this.read();
    if (JSON.stringify(state) === JSON.stringify(this.now)) return;
    this.past.push(this.now);
    if (this.past.length > 200) this.past.shift();
    this.future.length = 0;
    this.now = state;
    this.lights();
  }

  private soon(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.keep(), 800);
  }

  private settle(): void {
    window.clearTimeout(this.waiting);
    this.keep();
  }

  private lights(): void {
    const [undo, redo] = [this.button('undo'), this.button('redo')];
    if (undo) undo.disabled = this.past.length === 0;
    if (redo) redo.disabled = this.future.length === 0;
  }

  private back(from: State[], to: State[], words: string | undefined): void {
    this.settle();
    const state = from.pop();
    if (!state) return;
    to.push(this.now);
    for (const word of state.order) {
      const stage = this.stages().find((one) => one.dataset.id === word.replace('-', ''));
      if (!stage) continue;
      this.columns().append(stage);
      stage.hidden = word.endsWith('-');
    }
    const values = new Map(state.values);
    for (const stage of this.stages()) for (const field of this.fields(stage)) field.value = values.get(field.name) ?? '';
    this.now = state;
    this.redraw();
    this.number();
    this.lights();
    this.say(words);
  }

  private byKeys(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'z' && event.key.toLowerCase() !== 'y') return;
    // Within a text that is being written, its own undoing comes first.
    const target = event.target;
    if ((target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && target === document.activeElement) return;
    event.preventDefault();
    if (event.key.toLowerCase() === 'y' || event.shiftKey) this.back(this.future, this.past, this.dataset.redone);
    else this.back(this.past, this.future, this.dataset.undone);
  }
}

export type JourneyBoard = TemasJourney;

customElements.define('temas-journey', TemasJourney);
