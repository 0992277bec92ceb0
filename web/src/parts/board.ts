/**
 * <temas-board src="…/stream" tiles="…/tiles"> keeps a dashboard live. The stream tells each tile's version; those that differ from what is shown are fetched, all in one question, and put in their
 * place. While one question is under way no other is asked, and after a long one it rests as long: whoever looks never takes more than a part of the server. A tile whose table or menu is open is
 * left alone until it is closed.
 */
class TemasBoard extends HTMLElement {
  private source: EventSource | undefined;
  private due: ReturnType<typeof setTimeout> | undefined;
  private readonly wanted = new Map<string, string>();
  private asking = false;
  private readonly least = 300;

  connectedCallback(): void {
    for (const tile of this.querySelectorAll<HTMLElement>('[data-tile][data-pending]')) this.wanted.set(tile.dataset.tile ?? '', '');
    if (this.wanted.size > 0) this.wait(0);
    const stream = this.getAttribute('src');
    if (!stream) return;
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

  disconnectedCallback(): void {
    this.source?.close();
    clearTimeout(this.due);
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
    const ids = [...this.wanted.keys()].filter((id) => !this.tile(id)?.querySelector('details[open]'));
    if (ids.length === 0) return this.wanted.size > 0 ? this.wait(2000) : undefined;
    for (const id of ids) this.wanted.delete(id);
    this.asking = true;
    const begun = performance.now();
    try {
      const url = new URL(this.getAttribute('tiles') ?? '', location.href);
      url.searchParams.set('ids', ids.join(','));
      const answer = await fetch(url, { headers: { Accept: 'text/html' } });
      if (answer.ok) this.take(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch {
      this.show('retrying');
    }
    this.asking = false;
    if (this.wanted.size > 0) this.wait(Math.max(this.least, performance.now() - begun));
  }

  private take(page: Document): void {
    for (const fresh of page.querySelectorAll<HTMLElement>('[data-tile]')) {
      const here = this.tile(fresh.dataset.tile ?? '');
      if (!here) continue;
      // It was late, and has no version: it is asked again in a moment.
      if (!fresh.dataset.version) this.wanted.set(fresh.dataset.tile ?? '', '');
      const first = here.hasAttribute('data-pending');
      if (!first && here.querySelector('.tile-body')?.textContent === fresh.querySelector('.tile-body')?.textContent) {
        here.dataset.version = fresh.dataset.version ?? '';
        continue;
      }
      const places = 'a[href], button, summary, [tabindex]';
      const focused = [...here.querySelectorAll(places)].indexOf(document.activeElement as Element);
      here.replaceWith(document.adoptNode(fresh));
      if (focused >= 0) fresh.querySelectorAll<HTMLElement>(places)[focused]?.focus({ preventScroll: true });
      if (!first) fresh.classList.add('fresh-tile');
      this.load(fresh);
    }
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

/** <temas-rotate next="…" every="20">: a wall goes on to the next board. */
class TemasRotate extends HTMLElement {
  private due: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    const [next, every] = [this.getAttribute('next'), Number(this.getAttribute('every') ?? 20)];
    if (next) this.due = setTimeout(() => location.assign(next), Math.max(5, every) * 1000);
  }

  disconnectedCallback(): void {
    clearTimeout(this.due);
  }
}

customElements.define('temas-rotate', TemasRotate);
