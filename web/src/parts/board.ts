/**
 * <temas-board src="…/stream" tiles="…/tiles"> keeps a dashboard live. The stream tells each tile's version as soon as its new figures are there; those that differ from what is shown are fetched,
 * all in one question, and put in their place. While one question is under way no other is asked, and after a long one it rests as long: whoever looks never takes more than a part of the server.
 * A tile whose table or menu is open is left alone until it is closed. While nobody can see the page the stream is closed, so that nothing is worked out for nobody.
 */
class TemasBoard extends HTMLElement {
  private source: EventSource | undefined;
  private due: ReturnType<typeof setTimeout> | undefined;
  private readonly wanted = new Map<string, string>();
  private asking = false;
  // Tiles that are ready about the same time are fetched together.
  private readonly least = 60;
  private readonly without = 1000;
  // What did not come is asked for again after a while, and ever more seldom; never again what is not there, or not for this reader.
  private readonly again = 5000;
  private readonly seldom = 300_000;
  private readonly gone = [401, 403, 404, 410];
  private readonly failed = new Map<string, number>();
  private alone = false;
  private readonly seen = (): void => {
    if (document.hidden) this.source?.close();
    else this.listen();
  };

  connectedCallback(): void {
    for (const tile of this.querySelectorAll<HTMLElement>('[data-tile][data-pending]')) this.wanted.set(tile.dataset.tile ?? '', '');
    if (this.wanted.size > 0) this.wait(0);
    document.addEventListener('visibilitychange', this.seen);
    this.seen();
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.seen);
    this.source?.close();
    clearTimeout(this.due);
  }

  private listen(): void {
    const stream = this.getAttribute('src');
    if (!stream) return;
    this.source?.close();
    const source = (this.source = new EventSource(stream));
    source.onopen = () => this.show('live');
    source.onerror = () => this.show('retrying');
    source.addEventListener('tiles', (message) => {
      for (const [id, version] of Object.entries(JSON.parse((message as MessageEvent<string>).data) as Record<string, string>)) {
        const tile = this.tile(id);
        if (tile && tile.dataset.version !== version) this.wanted.set(id, version);
      }
      if (this.wanted.size > 0) this.wait(this.least);
    });
  }

  private tile(id: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-tile="${CSS.escape(id)}"]`);
  }

  private show(state: string): void {
    this.dataset.state = state;
    const page = this.closest<HTMLElement>('.board-page');
    if (page) page.dataset.state = state;
  }

  private wait(time: number): void {
    if (!this.asking) this.due ??= setTimeout(() => void this.ask(), time);
  }

  private async ask(): Promise<void> {
    this.due = undefined;
    // Nobody sees it: it is asked when somebody looks again.
    if (document.hidden) return void document.addEventListener('visibilitychange', () => this.wait(0), { once: true });
    // One that cannot be worked out keeps nobody else: after a fault they come one by one.
    const ids = [...this.wanted.keys()].filter((id) => !this.tile(id)?.querySelector('details[open]')).slice(0, this.alone ? 1 : undefined);
    if (ids.length === 0) return this.wanted.size > 0 ? this.wait(2000) : undefined;
    for (const id of ids) this.wanted.delete(id);
    this.asking = true;
    const begun = performance.now();
    let status = 0;
    try {
      const url = new URL(this.getAttribute('tiles') ?? '', location.href);
      url.searchParams.set('ids', ids.join(','));
      const answer = await fetch(url, { headers: { Accept: 'text/html' } });
      status = answer.status;
      if (answer.ok) this.take(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch {
      status = 0;
    }
    this.asking = false;
    const live = this.source?.readyState === EventSource.OPEN;
    if (status >= 200 && status < 300) this.came(ids, live);
    else this.missed(ids, status);
    if (this.wanted.size > 0) this.wait(Math.max(live ? this.least : this.without, performance.now() - begun));
  }

  private came(ids: string[], live: boolean): void {
    for (const id of ids) this.failed.delete(id);
    if (this.failed.size > 0) return;
    this.alone = false;
    if (live) this.show('live');
  }

  // The stream does not name them again as long as they stay as they are.
  private missed(ids: string[], status: number): void {
    this.show('retrying');
    if (this.gone.includes(status)) return;
    if (status >= 500) this.alone = true;
    for (const id of ids) {
      const times = this.failed.get(id) ?? 0;
      this.failed.set(id, times + 1);
      setTimeout(() => {
        if (!this.isConnected) return;
        if (!this.wanted.has(id)) this.wanted.set(id, '');
        this.wait(0);
      }, Math.min(this.seldom, this.again * 2 ** times));
    }
  }

  private take(page: Document): void {
    for (const fresh of page.querySelectorAll<HTMLElement>('[data-tile]')) {
      const here = this.tile(fresh.dataset.tile ?? '');
      if (!here) continue;
      // It was late, and has no version: the stream says when there is a newer one; without a stream it is asked again after a while.
      if (!fresh.dataset.version && this.source?.readyState !== EventSource.OPEN) this.wanted.set(fresh.dataset.tile ?? '', '');
      const first = here.hasAttribute('data-pending');
      if (!first && here.querySelector('.tile-body')?.textContent === fresh.querySelector('.tile-body')?.textContent) {
        here.dataset.version = fresh.dataset.version ?? '';
        continue;
      }
      const places = 'a[href], button, summary, [tabindex]';
      const focused = [...here.querySelectorAll(places)].indexOf(document.activeElement as Element);
      fresh.hidden = here.hidden;
      here.replaceWith(document.adoptNode(fresh));
      if (focused >= 0) fresh.querySelectorAll<HTMLElement>(places)[focused]?.focus({ preventScroll: true });
      if (!first) fresh.classList.add('fresh-tile');
      this.load(fresh);
    }
    document.dispatchEvent(new Event('temas-tiles'));
  }

  // A tile with a chart may be the first that needs them: what was parsed does not run.
  private load(tile: HTMLElement): void {
    for (const script of tile.querySelectorAll<HTMLScriptElement>('script[src]')) {
      if (document.querySelector(`script[data-loaded][src="${CSS.escape(script.getAttribute('src') ?? '')}"]`)) continue;
      const again = document.createElement('script');
      again.type = 'module';
      again.src = script.getAttribute('src') ?? '';
      again.dataset.loaded = '';
      document.head.append(again);
    }
  }
}

customElements.define('temas-board', TemasBoard);

interface Placed {
  tile: HTMLElement;
  top: number;
  left: number;
  bottom: number;
}

/**
 * <temas-rotate next="…" every="20">: nobody rolls a wall, so a board that is higher than the screen is shown in pages of whole tiles, one after the other; then it goes on to the next board, or begins again where there is none.
 * The board is drawn as large as it may be without taking more pages, what it has is shared evenly among them, and the tiles of a page grow to the height of the screen.
 */
class TemasRotate extends HTMLElement {
  private due: ReturnType<typeof setInterval> | undefined;
  private grown: ReturnType<typeof setTimeout> | undefined;
  private at = 0;
  private readonly again = (): void => {
    this.lay();
  };
  // What came late is larger than its place was; what is live changes within it.
  private readonly came = (): void => {
    clearTimeout(this.grown);
    this.grown = setTimeout(() => {
      if (document.documentElement.scrollHeight > window.innerHeight + 1) this.lay();
    }, 150);
  };

  connectedCallback(): void {
    this.due = setInterval(() => this.turn(), Math.max(5, Number(this.getAttribute('every') ?? 20)) * 1000);
    window.addEventListener('resize', this.again);
    document.addEventListener('temas-tiles', this.came);
    void document.fonts.ready.then(this.again);
    this.lay();
  }

  disconnectedCallback(): void {
    clearInterval(this.due);
    clearTimeout(this.grown);
    window.removeEventListener('resize', this.again);
    document.removeEventListener('temas-tiles', this.came);
  }

  private turn(): void {
    this.at++;
    if (this.at < this.lay()) return;
    const next = this.getAttribute('next');
    if (next) return location.assign(next);
    this.at = 0;
    this.lay();
  }

  /** Shows the tiles of the page that it is at, and gives how many pages there are: tiles may have grown meanwhile. */
  private lay(): number {
    const board = document.querySelector<HTMLElement>('temas-board .board');
    if (!board) return 1;
    const tiles = [...board.querySelectorAll<HTMLElement>(':scope > [data-tile]')];
    for (const tile of tiles) tile.hidden = false;
    const sizes = window.innerWidth > 640 ? [1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1] : [1];
    const least = this.drawn(board, tiles, 1);
    let taken = least;
    for (const size of sizes) {
      taken = this.drawn(board, tiles, size);
      // As large as it may be: no page more, and nothing that would be cut off.
      if (size === 1 || (this.pages(taken.placed, taken.room).length <= this.pages(least.placed, least.room).length && taken.placed.every((one) => one.bottom - one.top <= taken.room))) break;
    }
    const pages = this.even(taken.placed, taken.room);
    if (this.at < pages.length) for (const tile of tiles) tile.hidden = !pages[this.at]?.includes(tile);
    const place = document.querySelector('[data-wall-page]');
    if (place) place.textContent = pages.length > 1 ? `${Math.min(this.at + 1, pages.length)} / ${pages.length}` : '';
    return pages.length;
  }

  /** Where the tiles stand when the board is drawn so large, and how high a page may be. */
  private drawn(board: HTMLElement, tiles: HTMLElement[], size: number): { placed: Placed[]; room: number } {
    if (size === 1) board.style.removeProperty('zoom');
    else board.style.setProperty('zoom', String(size));
    const own = board.getBoundingClientRect();
    const below = (board.closest('.wall') ?? document.body).getBoundingClientRect().bottom - own.bottom;
    const placed = tiles.map((tile) => ({ tile, box: tile.getBoundingClientRect() })).map(({ tile, box }) => ({ tile, top: box.top, left: box.left, bottom: box.bottom })).sort((a, b) => a.top - b.top || a.left - b.left);
    return { placed, room: window.innerHeight - own.top - window.scrollY - below };
  }

  private pages(placed: Placed[], room: number): HTMLElement[][] {
    const pages: HTMLElement[][] = [];
    let rest = placed;
    while (rest.length > 0) {
      const top = Math.min(...rest.map((one) => one.top));
      const fits = rest.filter((one) => one.bottom <= top + room + 1);
      // What is higher than the screen has a page of its own.
      const page = fits.length > 0 ? fits : rest.slice(0, 1);
      pages.push(page.map((one) => one.tile));
      rest = rest.filter((one) => !page.includes(one));
    }
    return pages;
  }

  /** As few pages as the room allows, with about as much on each: the smallest room that needs no page more. */
  private even(placed: Placed[], room: number): HTMLElement[][] {
    let best = this.pages(placed, room);
    let [low, high] = [0, room];
    for (let step = 0; step < 9; step++) {
      const middle = (low + high) / 2;
      const pages = this.pages(placed, middle);
      if (pages.length <= best.length && placed.every((one) => one.bottom - one.top <= Math.max(middle, room) + 1)) [best, high] = [pages, middle];
      else low = middle;
    }
    return best;
  }
}

customElements.define('temas-rotate', TemasRotate);

/** <temas-clock zone="Europe/Istanbul">: what time it is, for who looks at a page that stands for days. */
class TemasClock extends HTMLElement {
  private due: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    this.tell();
  }

  disconnectedCallback(): void {
    clearTimeout(this.due);
  }

  private tell(): void {
    this.due = setTimeout(() => this.tell(), 60_000 - (Date.now() % 60_000) + 50);
    try {
      const language = document.documentElement.lang === 'tr' ? 'tr-TR' : 'en-GB';
      this.textContent = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: this.getAttribute('zone') ?? undefined }).format(new Date());
    } catch {
      // A zone that this browser does not know: the time of when the page was made stays.
      clearTimeout(this.due);
    }
  }
}

customElements.define('temas-clock', TemasClock);
