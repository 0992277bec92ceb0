/**
 * <temas-live src="…/stream"> keeps figures live. The stream's texts go into [data-live="name"] at once; when its version changes, the page asks its own
 * address again, at most every ten seconds (or data-pause, in milliseconds), and takes over [data-live-body]: so there is one look, made in one place, in the reader's language.
 */
class TemasLive extends HTMLElement {
  private source: EventSource | undefined;
  private due: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    if (!this.hasAttribute('src')) return;
    const source = (this.source = new EventSource(this.getAttribute('src')!));
    source.onopen = () => (this.dataset.state = 'live');
    source.onerror = () => (this.dataset.state = 'retrying');
    source.addEventListener('pace', (message) => this.take(JSON.parse((message as MessageEvent<string>).data)));
  }

  disconnectedCallback(): void {
    this.source?.close();
    clearTimeout(this.due);
  }

  private take(pulse: { version: string; texts?: Record<string, string> }): void {
    const texts = pulse.texts ?? {};
    for (const place of this.querySelectorAll<HTMLElement>('[data-live]')) {
      const text = texts[place.dataset.live ?? ''];
      if (text !== undefined && place.textContent !== text) place.textContent = text;
    }
    if (pulse.version === this.dataset.version || pulse.version === '0') return;
    // The very first figures do not wait.
    this.wait(this.dataset.version === '0' ? 0 : this.pause);
  }

  private get pause(): number {
    return Number(this.dataset.pause ?? 10_000);
  }

  private wait(time: number): void {
    this.due ??= setTimeout(() => void this.refresh(), time);
  }

  private async refresh(): Promise<void> {
    this.due = undefined;
    // Who reads what was folded out, or has ticked something, is not disturbed.
    if (this.querySelector('[data-live-body] details[open], [data-live-body] input[type=checkbox]:checked')) return this.wait(this.pause);
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const [here, fresh] = [this.querySelector('[data-live-body]'), page.querySelector('[data-live-body]')];
      if (!answer.ok || !here || !fresh) return;
      const focused = placeOf(here, document.activeElement);
      here.replaceWith(document.adoptNode(fresh));
      if (focused !== undefined) fresh.querySelectorAll<HTMLElement>(focusable)[focused]?.focus({ preventScroll: true });
      this.dataset.version = page.querySelector<HTMLElement>('temas-live')?.dataset.version ?? '0';
    } catch {
      this.dataset.state = 'retrying';
    }
  }
}

const focusable = 'a[href], button, input, select, textarea, summary, [tabindex]';

// Which of the places to stand on within a part of the page has the focus: it is given to the same place of what comes instead.
function placeOf(part: Element, active: Element | null): number | undefined {
  if (!active || !part.contains(active)) return undefined;
  const place = [...part.querySelectorAll(focusable)].indexOf(active);
  return place < 0 ? undefined : place;
}

customElements.define('temas-live', TemasLive);
