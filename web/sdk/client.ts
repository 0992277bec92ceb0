import { watchPages } from './pages';
import { Queue } from './queue';
import { newId, read, readJson, remove, write } from './store';
import type { BannerOptions, CallOptions, ConsentChoice, ConsentState, Happenings, Options, Properties, Purpose, Temas, TemasEvent, User } from './temas';
import { clean, place, tell, touch, type Place, type Visit } from './visit';

declare const VERSION: string;

type Choice = Record<Purpose, boolean>;
type Fields = Partial<Omit<TemasEvent, 'type' | 'context'>>;
interface Call {
  type: TemasEvent['type'];
  fields: Fields;
  options: CallOptions | undefined;
  at: number;
  where: Place;
}

const all: Purpose[] = ['analytics', 'personalization', 'marketing'];
const every = (value: boolean): Choice => ({ analytics: value, personalization: value, marketing: value });
/** Calls that wait for the visitor's choice. */
const mostPending = 500;

/** A part that is loaded when it is wanted. */
interface Part {
  start(temas: Temas, options: unknown): void;
}

/** Makes a client. `base` is where the script came from, and with it the server and the parts that are loaded later. */
export function create(base: string): Temas {
  let [writeKey, prefix] = ['', ''];
  let options: Options = {};
  let queue: Queue;
  let session: ConsentChoice | undefined;
  let pending: Call[] = [];
  const listeners = new Map<string, Set<(value: never) => void>>();
  const waiting: (() => void)[] = [];

  const tellAll = <K extends keyof Happenings>(name: K, value: Happenings[K]) => {
    for (const then of listeners.get(name) ?? []) {
      try {
        (then as unknown as (value: Happenings[K]) => void)(value);
      } catch (fault) {
        // A listener's mistake must not cost the event.
        console.error(fault);
      }
    }
  };

  const state = (): ConsentState => {
    const [stored, nav] = [prefix ? readJson<Choice>(`${prefix}c`) : undefined, navigator as Navigator & { globalPrivacyControl?: boolean }];
    const signal = nav.globalPrivacyControl === true || nav.doNotTrack === '1';
    const fallback = session ?? (signal && options.respectSignals !== false ? 'denied' : (options.consent ?? 'pending'));
    const purposes = stored ?? every(fallback === 'granted');
    const status = stored ? (stored.analytics ? 'granted' : 'denied') : (fallback as ConsentState['status']);
    return { status: writeKey ? status : 'pending', purposes: { ...purposes }, chosen: !!stored, signal };
  };

  const put = (call: Call, now = false) => {
    const { type, fields, options: own, where } = call;
    const at = own?.timestamp === undefined ? call.at : +new Date(own.timestamp) || call.at;
    const { marketing } = state().purposes;
    const visit = touch(`${prefix}s`, call.at, where, (options.sessionMinutes ?? 30) * 60_000);
    if (type === 'identify' && fields.userId) visit.u = fields.userId;
    if (type === 'alias') visit.u = fields.userId;
    if (type === 'group') visit.g = fields.groupId;
    write(`${prefix}s`, JSON.stringify(visit));
    const page = tell(where, marketing);
    const messageId = newId();
    const event = {
      type,
      messageId,
      timestamp: new Date(at).toISOString(),
      anonymousId: visit.a,
      userId: visit.u,
      ...fields,
      // A page view carries its page as properties, too, as the Segment specification has it.
      ...(type === 'page' && { properties: { ...page, ...fields.properties } }),
      context: {
        library: { name: 'temas.js', version: VERSION },
        page,
        campaign: visit.s?.c,
        referrer: visit.s?.r && { url: clean(visit.s.r, marketing) },
        sessionId: visit.s?.i,
        groupId: visit.g,
        locale: navigator.language,
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        screen: { width: screen.width, height: screen.height, density: devicePixelRatio, innerWidth, innerHeight },
        userAgent: navigator.userAgent,
        ...options.context,
        ...own?.context,
      },
    } as TemasEvent;
    if (now) return queue.beacon(event);
    queue.add(messageId, event);
    tellAll('event', event);
    queue.later(options.flushAfter ?? 1_000);
  };

  const call = (type: Call['type'], fields: Fields, own?: CallOptions) => {
    const made: Call = { type, fields, options: own, at: Date.now(), where: place() };
    const { status } = state();
    if (status === 'granted') put(made);
    else if (status === 'pending' && pending.length < mostPending) pending.push(made);
  };

  /** After a change of consent: what waited goes on its way, or is forgotten. */
  const settle = () => {
    const now = state();
    if (now.status === 'granted') {
      const waited = pending.splice(0);
      for (const made of waited) put(made);
      if (waited.length) void survey();
    } else if (writeKey) {
      if (now.status === 'denied') pending = [];
      queue.clear();
      remove(`${prefix}s`);
    }
    tellAll('consent', now);
    return now;
  };

  const part = (name: string, value: unknown) =>
    void import(/* @vite-ignore */ `${base}/temas-${name}.mjs?v=${VERSION}`).then((loaded: Part) => loaded.start(temas, value === true ? {} : value)).catch((fault: unknown) => console.warn('temas:', fault));

  /** Asks whether there is a survey for this visitor here; the part that shows one is loaded only then, or where one was begun in this tab. */
  const survey = async () => {
    const { status, purposes } = state();
    const { anonymousId } = temas.user();
    if (!options.surveys || status !== 'granted' || !anonymousId || document.querySelector('temas-survey')) return;
    const [kept, host] = [`${prefix}v`, (options.host ?? base).replace(/\/+$/, '')];
    try {
      const begun = sessionStorage.getItem(kept);
      const ask = { writeKey, anonymousId, page: clean(location.href, purposes.marketing), language: document.documentElement.lang || navigator.language };
      const answer = begun ? undefined : await fetch(`${host}/v1/surveys/offer`, { method: 'POST', body: JSON.stringify(ask), credentials: 'omit' });
      const offer = answer?.ok && ((await answer.json()) as { offer?: object }).offer;
      if (begun || offer) part('survey', { offer: offer || null, host, writeKey, kept });
    } catch {
      // No network, or no storage: nobody is asked.
    }
  };

  const temas: Temas = {
    version: VERSION,
    load(key: string, given: Options = {}) {
      if (writeKey || !key) return;
      [writeKey, options, prefix] = [key, given, `temas.${key.slice(0, 8)}.`];
      queue = new Queue(prefix, key, (given.host ?? base).replace(/\/+$/, ''), given.queueEvents ?? 500, (count) => tellAll('sent', count), (count, reason) => {
        console.warn(`temas: ${count} dropped, ${reason}`);
        tellAll('dropped', { count, reason });
      });
      // A choice made in another tab holds here at once.
      addEventListener('storage', (e) => e.key === `${prefix}c` && settle());
      const { status, chosen } = settle();
      if (status === 'granted') queue.later(100);
      const seen = () => {
        if (given.pages !== false) temas.page();
        void survey();
      };
      if (given.pages !== false || given.surveys) watchPages(seen);
      if (given.capture) part('capture', given.capture);
      if (given.banner && !chosen && status === 'pending') part('banner', given.banner);
      for (const then of waiting.splice(0)) then();
    },
    track: (event, properties, own) => call('track', { event, properties: properties ?? {} }, own),
    page(...args: unknown[]) {
      const words = args.filter((x) => typeof x === 'string');
      const [properties, own] = args.filter((x) => typeof x === 'object') as [Properties?, CallOptions?];
      call('page', { ...(words.length > 1 && { category: words[0] }), ...(words.length && { name: words[words.length - 1] }), properties: properties ?? {} }, own);
    },
    identify(who: string | Properties, ...rest: (Properties | CallOptions | undefined)[]) {
      const [traits, own] = typeof who === 'object' ? [who, ...rest] : rest;
      call('identify', { ...(typeof who === 'object' ? {} : who && { userId: String(who) }), traits: (traits as Properties) ?? {} }, own as CallOptions);
    },
    group: (groupId, traits, own) => call('group', { groupId: String(groupId), traits: traits ?? {} }, own),
    alias(userId, previousId, own) {
      const known = temas.user();
      const before = previousId ?? known.userId ?? known.anonymousId;
      call('alias', { userId: String(userId), ...(before && { previousId: before }) }, own);
    },
    reset() {
      pending = [];
      if (writeKey) remove(`${prefix}s`);
    },
    consent(choice?: ConsentChoice, method: string = 'api') {
      if (choice === undefined) return state();
      if (!writeKey) {
        waiting.push(() => temas.consent(choice, method));
        return state();
      }
      const old = state();
      if (choice === 'pending') {
        session = 'pending';
        remove(`${prefix}c`);
        return settle();
      }
      const next: Choice = typeof choice === 'string' ? every(choice === 'granted') : { ...old.purposes, ...choice };
      const tellChoice = (event: string, purposes: Purpose[]) => {
        // The channel is named so that a yes on a page is no yes to marketing by e-mail. Not as context.consent, which speaks of all channels.
        if (purposes.length) put({ type: 'track', fields: { event, properties: { purposes, channel: 'web', method } }, options: undefined, at: Date.now(), where: place() }, !next.analytics);
      };
      const withdrawn = all.filter((p) => old.purposes[p] && !next[p]);
      // The last word of somebody who leaves is that: it is handed to the browser, and nothing of it stays here.
      if (old.status === 'granted' && !next.analytics) tellChoice('Consent Withdrawn', withdrawn);
      write(`${prefix}c`, JSON.stringify(next));
      const now = settle();
      if (next.analytics) {
        tellChoice('Consent Given', all.filter((p) => next[p] && !(old.chosen && old.purposes[p])));
        if (old.status === 'granted') tellChoice('Consent Withdrawn', withdrawn);
      }
      return now;
    },
    optOut: () => void temas.consent('denied', 'opt_out'),
    optIn: () => void temas.consent('granted', 'opt_in'),
    ready: (then) => (writeKey ? then() : void waiting.push(then)),
    user(): User {
      const visit = prefix && read(`${prefix}s`) ? readJson<Visit>(`${prefix}s`) : undefined;
      return { userId: visit?.u, anonymousId: visit?.a, groupId: visit?.g, sessionId: visit?.s?.i };
    },
    flush: () => (writeKey ? queue.flush() : Promise.resolve(false)),
    on(name, then) {
      const here = listeners.get(name) ?? new Set();
      listeners.set(name, here.add(then as (value: never) => void));
      return () => void here.delete(then as (value: never) => void);
    },
    showBanner: (look?: BannerOptions) => part('banner', { ...(typeof options.banner === 'object' && options.banner), ...look }),
  };
  return temas;
}
