import { keys, newId, read, remove, write } from './store';

/** Bytes of a body: what browsers send while a page closes is limited to 64 KB. */
const bodyBytes = 60_000;
/** Bytes of one event, the server's own limit. */
const eventBytes = 32_000;
/** Characters of all events that wait; browsers give a site some five million. */
const queueChars = 1_000_000;
const longestWait = 300_000;

const size = (text: string) => new TextEncoder().encode(text).length;

/**
 * Events on their way to the server. Each waits under a key of its own until the server has acknowledged it, so a reload, a crash or a day without network loses nothing.
 * All tabs of a site share the queue; one at a time sends. Whatever is sent twice all the same, as when a page closes before the answer comes, the server knows by its messageId.
 */
export class Queue {
  private readonly tab = newId().slice(0, 8);
  private readonly events: string;
  private readonly pause: string;
  private readonly lease: string;
  private readonly inFlight = new Set<string>();
  private count = 0;
  private timer = 0;
  private running: Promise<boolean> | undefined;

  constructor(
    prefix: string,
    private readonly writeKey: string,
    private readonly host: string,
    private readonly most: number,
    private readonly sent: (count: number) => void,
    private readonly dropped: (count: number, reason: string) => void,
  ) {
    this.events = `${prefix}e.`;
    this.pause = `${prefix}w`;
    this.lease = `${prefix}l`;
    addEventListener('online', () => {
      remove(this.pause);
      this.later(0);
    });
    document.addEventListener('visibilitychange', () => document.hidden && void this.flush());
    addEventListener('pagehide', () => this.leave());
  }

  add(messageId: string, event: object): void {
    const json = JSON.stringify(event);
    if (size(json) > eventBytes) return this.dropped(1, 'too_large');
    // The time first, so that the order of keys is the order of events.
    const order = Date.now().toString(36).padStart(9, '0') + (this.count++ % 46_656).toString(36).padStart(3, '0');
    const waiting = keys(this.events);
    let chars = waiting.reduce((sum, key) => sum + (read(key)?.length ?? 0), json.length);
    let over = 0;
    while (over < waiting.length && (waiting.length - over >= this.most || chars > queueChars)) {
      const oldest = waiting[over++]!;
      chars -= read(oldest)?.length ?? 0;
      remove(oldest);
    }
    if (over) this.dropped(over, 'queue_full');
    write(`${this.events}${order}.${this.tab}.${messageId}`, json);
  }

  /** Sends after a while, together with what comes until then. */
  later(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), milliseconds);
  }

  /** Sends what waits; true when nothing waits any more. */
  flush(): Promise<boolean> {
    clearTimeout(this.timer);
    // Without events not even a lease is written: before consent storage stays untouched.
    if (!this.running && !keys(this.events).length) return Promise.resolve(true);
    return (this.running ??= this.alone(() => this.drain())
      .catch(() => false)
      .finally(() => (this.running = undefined)));
  }

  clear(): void {
    for (const key of [...keys(this.events), this.pause, this.lease]) remove(key);
  }

  /** Hands the browser a single event that is stored nowhere. */
  beacon(event: object): void {
    this.hand([JSON.stringify(event)]);
  }

  /** The page closes: what this tab has not sent yet is handed to the browser. It stays in the queue, for the browser does not say whether it arrived. */
  private leave(): void {
    const own = keys(this.events).filter((key) => key.includes(`.${this.tab}.`) && !this.inFlight.has(key));
    const { batch } = this.take(own);
    if (batch.length && navigator.onLine) this.hand(batch);
  }

  private hand(batch: string[]): void {
    const [url, body] = [`${this.host}/v1/batch`, this.body(batch)];
    // Text needs no preflight, for which a page that closes has no time.
    if (!navigator.sendBeacon?.(url, body)) void fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => {});
  }

  private body(batch: string[]): string {
    return `{"batch":[${batch.join()}],"writeKey":${JSON.stringify(this.writeKey)},"sentAt":"${new Date().toISOString()}"}`;
  }

  private take(from: string[]): { taken: string[]; batch: string[] } {
    const [taken, batch]: [string[], string[]] = [[], []];
    let bytes = 200;
    for (const key of from) {
      const json = read(key);
      if (!json) continue;
      bytes += size(json) + 1;
      if (bytes > bodyBytes || taken.length >= 100) break;
      taken.push(key);
      batch.push(json);
    }
    return { taken, batch };
  }

  /** One tab at a time: by a lock where the browser has them, by a short lease elsewhere (pages without HTTPS). */
  private async alone(work: () => Promise<boolean>): Promise<boolean> {
    if (navigator.locks) {
      return navigator.locks.request(this.lease, { ifAvailable: true }, (lock) => lock ? work() : this.retryIn(500));
    }
    const [owner, until] = (read(this.lease) ?? '').split(' ');
    const left = Number(until) - Date.now();
    if (owner !== this.tab && left > 0 && left < 60_000) return this.retryIn(500);
    write(this.lease, `${this.tab} ${Date.now() + 30_000}`);
    // Two tabs may have seen it free; the one that wrote last has it.
    await new Promise((then) => setTimeout(then, 20 + Math.random() * 60));
    if (!read(this.lease)?.startsWith(this.tab)) return this.retryIn(500);
    try {
      return await work();
    } finally {
      remove(this.lease);
    }
  }

  private retryIn(milliseconds: number): boolean {
    if (keys(this.events).length) this.later(milliseconds);
    return false;
  }

  private async drain(): Promise<boolean> {
    for (;;) {
      const { taken, batch } = this.take(keys(this.events));
      if (!taken.length) return true;
      const [until, failures] = (read(this.pause) ?? '0 0').split(' ').map(Number) as [number, number];
      const wait = until - Date.now();
      // A clock that was set back must not hold events for ever.
      if (wait > 0 && wait <= longestWait) return this.retryIn(wait);
      if (!navigator.onLine) return false;
      for (const key of taken) this.inFlight.add(key);
      const answer = await this.post(this.body(batch));
      for (const key of taken) this.inFlight.delete(key);
      const status = answer?.status ?? 0;
      if (!status || status === 408 || status === 429 || status >= 500) {
        // Half of the wait is chance, so that browsers which failed together do not come back together.
        const backOff = Math.min(longestWait, 1_000 * 2 ** failures) * (0.5 + Math.random() / 2);
        const asked = retryAfter(answer?.headers.get('Retry-After'));
        const pause = Math.min(longestWait, Math.max(backOff, asked));
        write(this.pause, `${Math.ceil(Date.now() + pause)} ${Math.min(failures + 1, 20)}`);
        return this.retryIn(pause);
      }
      for (const key of taken) remove(key);
      remove(this.pause);
      if (status < 300) {
        const rejected = await reasons(answer!);
        this.sent(taken.length - rejected.length);
        for (const reason of rejected) this.dropped(1, reason);
      } else {
        // Sending it again would be refused again.
        this.dropped(taken.length, String(status));
      }
    }
  }

  private async post(body: string): Promise<Response | undefined> {
    try {
      return await fetch(`${this.host}/v1/batch`, {
        method: 'POST', body, keepalive: true, credentials: 'omit', headers: { 'Content-Type': 'text/plain' }, signal: AbortSignal.timeout?.(20_000),
      });
    } catch {
      return undefined;
    }
  }
}

async function reasons(answer: Response): Promise<string[]> {
  try {
    return (((await answer.json()) as { rejected?: { reason: string }[] }).rejected ?? []).map((x) => x.reason);
  } catch {
    return [];
  }
}

/** Milliseconds that a server asks to wait: a number of seconds, or a date. */
function retryAfter(header: string | null | undefined): number {
  if (!header) return 0;
  const seconds = Number(header);
  return (Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000) || 0;
}
