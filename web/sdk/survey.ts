import type { Temas } from './temas';

/**
 * `/temas-survey.mjs`: shows a survey that the server offers here, in one of four forms, loaded only where there is one. What is asked stands in a frame of the server that is locked up (no origin of its own, no way out of it), so that neither page can touch the
 * other; the frame tells how high it is and works without telling. What was begun is kept for the tab alone.
 */
const texts = {
  en: { ask: 'Would you tell us? It takes a minute.', answer: 'Answer', later: 'Not now', tab: 'Your opinion', back: 'Back to the survey', minimise: 'Minimise', close: 'Close', frame: 'Survey' },
  tr: { ask: 'Bize anlatır mısınız? Bir dakika sürer.', answer: 'Yanıtla', later: 'Şimdi değil', tab: 'Görüşünüz', back: 'Ankete dön', minimise: 'Küçült', close: 'Kapat', frame: 'Anket' },
} as const;

interface Offer {
  survey: string;
  title: string;
  language: string;
  form: 'popover' | 'slide_in' | 'tab' | 'inline';
  afterSeconds: number;
  target?: string;
  ticket: string;
  accent?: string;
  ink?: string;
}

/** What the core hands over: the offer, or null where one was begun in this tab; where to ask; under which name it is kept. */
export interface SurveyOptions {
  offer: Offer | null;
  host: string;
  writeKey: string;
  kept: string;
}

/** What is kept while the tab lives: the offer, where it is answered once it was opened, and whether it is small. */
interface Kept {
  offer: Offer;
  path?: string;
  small?: boolean;
}

const css = `
:host{all:initial;position:fixed;z-index:2147482000;inset:auto 16px 16px auto;font:15px/1.45 system-ui,sans-serif;color:var(--ink);--ground:#fff;--ink:#1b2430;--line:#d5dbe3;--soft:#4a5666}
:host(.popover){inset:auto auto 16px 16px}
:host(.inline){position:static;display:block}
:host(.tab){inset:auto 0 30vh auto}
:host(.tab.open){inset:auto 16px 16px auto}
.box{box-sizing:border-box;width:380px;max-width:calc(100vw - 32px);background:var(--ground);border:1px solid var(--line);border-radius:14px;box-shadow:0 12px 40px rgb(15 23 42/.22);overflow:hidden}
.inline .box,.box.inline{width:100%;max-width:none;box-shadow:none}
.ask{padding:16px 18px}
h2{margin:0;font-size:16px;line-height:1.3;overflow-wrap:anywhere}h2:focus{outline:none}
p{margin:4px 0 14px;color:var(--soft)}
.row{display:flex;gap:10px;flex-wrap:wrap}
button{font:inherit;font-weight:600;min-height:44px;padding:8px 16px;border-radius:9px;border:1px solid var(--accent);background:var(--accent);color:var(--on);cursor:pointer}
button.plain{background:none;color:var(--ink);border-color:#8b96a5}
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
header{display:flex;align-items:center;gap:4px;padding:6px 6px 6px 16px;border-bottom:1px solid var(--line)}
header h2{flex:1}
header button{min-width:44px;padding:0;border:0;background:none;color:var(--ink);font-size:22px;line-height:1}
iframe{display:block;width:100%;height:420px;max-height:calc(100vh - 140px);border:0;background:var(--ground);color-scheme:light dark}
.box.inline iframe{max-height:none}
.edge{writing-mode:vertical-rl;border-radius:9px 0 0 9px;min-height:0;min-width:44px;padding:16px 8px}
[hidden]{display:none!important}
@media (prefers-color-scheme:dark){:host{--ground:#14161c;--ink:#f1f3f8;--line:#36414f;--soft:#b6c0cd}button.plain{border-color:#77808f}}
@media (prefers-reduced-motion:no-preference){.box{animation:in .25s ease-out}:host(.slide_in) .box{animation-name:side}@keyframes in{from{opacity:0;transform:translateY(12px)}}@keyframes side{from{opacity:0;transform:translateX(40px)}}}
@media (max-width:600px){:host(:not(.inline)){inset:auto 0 0 0}:host(:not(.inline)) .box{width:100%;max-width:none;border-radius:14px 14px 0 0;border-width:1px 0 0}
  :host(:not(.inline)) iframe{max-height:calc(60vh - 60px)}.edge{writing-mode:horizontal-tb;border-radius:9px;margin:0 12px 12px;min-height:44px;padding:8px 16px;float:right}}
`;

const make = <K extends 'h2' | 'p' | 'div' | 'section' | 'header' | 'button' | 'iframe'>(tag: K, set: object = {}, ...children: Node[]): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  Object.assign(element, set);
  element.append(...children);
  return element;
};

let waiting = 0;
let stop = () => {};

export function start(temas: Temas, options: SurveyOptions): void {
  const { host, writeKey, kept } = options;
  const recall = (): Kept | undefined => {
    try {
      return (JSON.parse(sessionStorage.getItem(kept) ?? 'null') as Kept | null) ?? undefined;
    } catch {
      return undefined;
    }
  };
  const keep = (state: Kept | null) => {
    try {
      if (state) sessionStorage.setItem(kept, JSON.stringify(state));
      else sessionStorage.removeItem(kept);
    } catch {
      // Lasts until the page is left.
    }
  };
  const post = async <T>(path: string, body: object): Promise<T | undefined> => {
    try {
      // Text, so that the browser need not ask beforehand.
      const answer = await fetch(`${host}/v1/surveys/${path}`, { method: 'POST', credentials: 'omit', body: JSON.stringify({ writeKey, ...body }) });
      return answer.ok ? ((await answer.json()) as T) : undefined;
    } catch {
      return undefined;
    }
  };

  const before = recall();
  const offer = before?.offer ?? options.offer;
  if (!offer) return;
  clearTimeout(waiting);
  stop();
  const here = location.href;
  const said = { survey_id: offer.survey, form: offer.form };
  const page = document.documentElement.lang.slice(0, 2);
  const words = texts[(offer.language || page).startsWith('tr') ? 'tr' : 'en'];
  let state: Kept = before ?? { offer };
  let finished = false;

  const show = () => {
    const element = document.createElement('temas-survey');
    const shadow = element.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
    const colour = (value: string | undefined, otherwise: string) => (value && /^#[0-9a-f]{3,8}$/i.test(value) ? value : otherwise);
    element.style.setProperty('--accent', colour(offer.accent, '#3b4ba8'));
    element.style.setProperty('--on', colour(offer.ink, '#ffffff'));
    element.lang = offer.language;
    element.className = offer.form;
    const inline = offer.form === 'inline';
    const came = document.activeElement as HTMLElement | null;

    const title = make('h2', { id: 'title', textContent: offer.title, tabIndex: -1 });
    const frame = make('iframe', { title: `${words.frame}: ${offer.title}` });
    frame.setAttribute('sandbox', 'allow-forms allow-scripts');
    frame.referrerPolicy = 'no-referrer';

    const gone = () => {
      removeEventListener('message', hear);
      off();
      element.remove();
      stop = () => {};
    };
    const close = () => {
      if (!finished) temas.track('Survey Dismissed', said);
      keep(null);
      const inside = document.activeElement === element;
      gone();
      if (inside && came?.isConnected) came.focus();
    };
    const hear = (event: MessageEvent) => {
      // The frame has no origin of its own; that it is this one the window says.
      if (event.source !== frame.contentWindow || event.origin !== 'null') return;
      const told = event.data as { temas?: string; value?: unknown };
      if (told?.temas === 'height' && typeof told.value === 'number' && told.value > 0) frame.style.height = `${Math.min(4_000, Math.ceil(told.value))}px`;
      else if (told?.temas === 'minimise' && !inline) small(true);
      else if (told?.temas === 'done') {
        finished = true;
        keep(null);
      }
    };
    addEventListener('message', hear);
    // Who takes her consent back takes this with it.
    const off = temas.on('consent', (now) => {
      if (now.status === 'granted') return;
      keep(null);
      gone();
    });

    const ask = make('div', { className: 'box ask' },
      make('h2', { id: 'asked', textContent: offer.title }), make('p', { textContent: words.ask }),
      make('div', { className: 'row' },
        make('button', { type: 'button', textContent: words.answer, onclick: () => void open(true) }),
        make('button', { type: 'button', className: 'plain', textContent: words.later, onclick: close })));
    const edge = make('button', { type: 'button', className: 'edge', textContent: words.tab, onclick: () => void open(true) });
    const head = make('header', {}, title);
    if (!inline) {
      const less = make('button', { type: 'button', textContent: '–', title: words.minimise, onclick: () => small(true) });
      less.setAttribute('aria-label', words.minimise);
      head.append(less);
    }
    const shut = make('button', { type: 'button', textContent: '×', title: words.close, onclick: close });
    shut.setAttribute('aria-label', words.close);
    head.append(shut);
    const box = make('section', { className: inline ? 'box inline' : 'box', hidden: true }, head, frame);
    box.setAttribute('aria-labelledby', 'title');
    const back = make('button', { type: 'button', textContent: words.back, hidden: true, onclick: () => small(false) });
    const region = make('section', {}, offer.form === 'tab' ? edge : ask);
    region.setAttribute('aria-label', words.frame);
    // Told to who listens, without taking the focus from what she does.
    region.setAttribute('aria-live', 'polite');
    shadow.append(region, box, back);

    const place = (isSmall: boolean) => {
      region.hidden = true;
      [box.hidden, back.hidden] = [isSmall, !isSmall];
      element.classList.toggle('open', !isSmall);
      back.className = offer.form === 'tab' ? 'edge' : '';
    };
    const small = (isSmall: boolean) => {
      if (finished && isSmall) return close();
      place(isSmall);
      if (!finished) keep((state = { ...state, small: isSmall }));
      (isSmall ? back : title).focus();
    };
    const load = (path: string) => {
      frame.src = host + path;
    };
    const open = async (byHand: boolean) => {
      if (!state.path) {
        const opened = await post<{ path: string }>('open', { survey: offer.survey, ticket: offer.ticket, language: offer.language });
        if (!opened) {
          keep(null);
          return gone();
        }
        keep((state = { ...state, path: opened.path }));
        temas.track('Survey Opened', said);
        load(opened.path);
      }
      place(false);
      if (byHand) title.focus();
    };
    shadow.addEventListener('keydown', (event) => {
      if ((event as KeyboardEvent).key !== 'Escape' || inline) return;
      event.stopPropagation();
      if (!box.hidden) small(true);
      else if (offer.form !== 'tab' && !region.hidden) close();
    });

    stop = gone;
    if (inline) document.querySelector(offer.target!)!.append(element);
    else document.body.append(element);
    if (state.path) {
      load(state.path);
      place(!!state.small);
    } else if (inline) void open(false);
    else keep(state);
  };

  const first = async () => {
    if (location.href !== here) return;
    // Whether she is still to be asked is said where everything is known of whom was asked; only then it counts.
    if (!(await post<{ shown: boolean }>('shown', { survey: offer.survey, ticket: offer.ticket }))?.shown) return;
    temas.track('Survey Shown', said);
    show();
  };
  const target = () => {
    try {
      return offer.target ? document.querySelector(offer.target) : null;
    } catch {
      return null;
    }
  };
  if (offer.form === 'inline') {
    const into = target();
    if (!into) return;
    if (before) return show();
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      watch.disconnect();
      void first();
    });
    watch.observe(into);
    stop = () => watch.disconnect();
  } else if (before) show();
  else waiting = window.setTimeout(() => void first(), offer.afterSeconds * 1_000);
}
