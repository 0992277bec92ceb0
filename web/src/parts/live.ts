/**
 * <temas-live src="…/stream"> keeps figures live. The stream's texts go into [data-live="name"] at once; when its version changes, the page asks its own
 * address again, at most every ten seconds, and takes over [data-live-body]: so there is one look, made in one place, in the reader's language.
 */
class TemasLive extends HTMLElement {
  private source: EventSource | undefined;
  private due: ReturnType<typeof setTimeout> | undefined;
  private readonly pause = 10_000;

  connectedCallback(): void {
    const source = (this.source = new EventSource(this.getAttribute('src') ?? ''));
    source.onopen = () => (this.dataset.state = 'live');
    source.onerror = () => (this.dataset.state = 'retrying');
    source.addEventListener('pace', (message) => this.take(JSON.parse((message as MessageEvent<string>).data)));
  }

  disconnectedCallback(): void {
    this.source?.close();
    clearTimeout(this.due);
  }

  private take(pulse: { version: string; texts: Record<string, string> }): void {
    for (const place of this.querySelectorAll<HTMLElement>('[data-live]')) {
      const text = pulse.texts[place.dataset.live ?? ''];
      if (text !== undefined && place.textContent !== text) place.textContent = text;
    }
    if (pulse.version === this.dataset.version || pulse.version === '0') return;
    // The very first figures do not wait.
    this.due ??= setTimeout(() => void this.refresh(), this.dataset.version === '0' ? 0 : this.pause);
  }

  private async refresh(): Promise<void> {
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const [here, fresh] = [this.querySelector('[data-live-body]'), page.querySelector('[data-live-body]')];
      // Who reads a table or stands on a link is not disturbed.
      const busy = here?.contains(document.activeElement) || here?.querySelector('details[open]');
      if (!answer.ok || !here || !fresh || busy) return;
      here.replaceWith(document.adoptNode(fresh));
      this.dataset.version = page.querySelector<HTMLElement>('temas-live')?.dataset.version ?? '0';
    } catch {
      this.dataset.state = 'retrying';
    } finally {
      this.due = undefined;
    }
  }
}

customElements.define('temas-live', TemasLive);
