/**
 * <temas-feed src="…/stream"> keeps a list live: when the stream says that something came, the page asks its own address for the
 * newest rows and puts in those that it does not have yet. So a row has one look, made in one place, in the reader's language.
 * [data-feed-part] takes the newest content of the same part, and the feed ends when that carries data-feed-done.
 * Rows carry data-key; the list is [data-feed-rows]; [data-feed-pause] pauses; data-state is connecting, live, retrying or paused.
 */
class TemasFeed extends HTMLElement {
  private source: EventSource | undefined;
  private due: ReturnType<typeof setTimeout> | undefined;
  private asking = false;
  private again = false;
  private readonly most = 200;

  connectedCallback(): void {
    this.querySelector('[data-feed-pause]')?.addEventListener('click', () => (this.source ? this.pause() : this.listen()));
    this.listen();
  }

  disconnectedCallback(): void {
    this.pause();
  }

  private listen(): void {
    const source = (this.source = new EventSource(this.getAttribute('src') ?? ''));
    this.show('connecting');
    source.onopen = () => {
      this.show('live');
      this.ask();
    };
    source.onerror = () => this.show('retrying');
    const came = () => this.ask();
    source.onmessage = came;
    for (const name of (this.getAttribute('events') ?? '').split(' ').filter(Boolean)) source.addEventListener(name, came);
  }

  private pause(): void {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.due);
    this.due = undefined;
    this.show('paused');
  }

  private show(state: string): void {
    this.dataset.state = state;
    const text = this.querySelector<HTMLElement>('[data-feed-state]');
    if (text) text.textContent = this.getAttribute(`text-${state}`) ?? '';
    this.querySelector('[data-feed-pause]')?.setAttribute('aria-pressed', String(state === 'paused'));
  }

  /** At most about two questions a second, however many events come. */
  private ask(): void {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.due ??= setTimeout(() => {
      this.due = undefined;
      void this.fetchRows();
    }, 400);
  }

  private async fetchRows(): Promise<void> {
    this.asking = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      if (answer.ok) this.merge(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch {
      this.show('retrying');
    } finally {
      this.asking = false;
      if (this.again) {
        this.again = false;
        this.ask();
      }
    }
  }

  private merge(page: Document): void {
    for (const fresh of page.querySelectorAll<HTMLElement>('[data-feed-text]')) {
      const here = this.querySelector(`[data-feed-text="${fresh.dataset.feedText}"]`);
      if (here) here.textContent = fresh.textContent;
    }
    for (const fresh of page.querySelectorAll<HTMLElement>('[data-feed-part]')) {
      const here = this.querySelector(`[data-feed-part="${fresh.dataset.feedPart}"]`);
      // The place stays and takes the new content, so that a screen reader tells of the change.
      if (here && here.innerHTML !== fresh.innerHTML) here.innerHTML = fresh.innerHTML;
      if (here && fresh.dataset.feedDone !== undefined) this.pause();
    }
    const rows = this.querySelector('[data-feed-rows]');
    if (!rows && this.querySelector('[data-feed-part]')) return;
    const theirs = page.querySelector('[data-feed-rows]');
    if (!rows || !theirs) {
      if (theirs) location.reload();
      return;
    }
    const known = new Set([...rows.children].map((row) => (row as HTMLElement).dataset.key));
    const added = [...theirs.children].filter((row) => !known.has((row as HTMLElement).dataset.key));
    for (const row of added.reverse()) {
      row.classList.add('fresh');
      rows.prepend(document.adoptNode(row));
    }
    while (rows.children.length > this.most) rows.lastElementChild?.remove();
  }
}

customElements.define('temas-feed', TemasFeed);
