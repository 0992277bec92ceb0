import type { BannerOptions, Purpose, Temas } from './temas';

/**
 * `/temas-banner.mjs`: the ready consent banner. A region of the page, no wall before it; saying no takes as many clicks as saying yes, and nothing is ticked beforehand.
 * Its style is a constructed sheet in a shadow tree, which even a strict content security policy allows and the page's own style does not touch.
 */
const texts = {
  en: {
    title: 'May we remember your visit?',
    text: 'With your consent we record which pages you visit and what you do on them, so that we can make them better. Nothing is stored before you say yes, and you can change your mind at any time.',
    policy: 'Privacy notice',
    yes: 'Accept all',
    no: 'Reject all',
    choose: 'Let me choose',
    save: 'Save my choice',
    analytics: ['Measurement', 'Which pages are visited and where visitors get stuck.'],
    personalization: ['Personalisation', 'Showing you what suits you.'],
    marketing: ['Marketing', 'Knowing which advertisement brought you here.'],
  },
  tr: {
    title: 'Ziyaretinizi hatırlayalım mı?',
    text: 'İzin verirseniz hangi sayfaları gezdiğinizi ve orada neler yaptığınızı, sitemizi daha iyi kılmak için kaydederiz. Siz evet demeden hiçbir şey saklanmaz; kararınızı dilediğiniz an değiştirebilirsiniz.',
    policy: 'Aydınlatma metni',
    yes: 'Tümünü kabul et',
    no: 'Tümünü reddet',
    choose: 'Kendim seçeyim',
    save: 'Seçimimi kaydet',
    analytics: ['Ölçümleme', 'Hangi sayfaların gezildiği, ziyaretçilerin nerede zorlandığı.'],
    personalization: ['Kişiselleştirme', 'Size uygun olanı göstermek.'],
    marketing: ['Pazarlama', 'Bizi hangi reklamla bulduğunuzu bilmek.'],
  },
} as const;

const css = `
:host{all:initial;position:fixed;z-index:2147483000;inset:auto 0 0 0;display:flex;justify-content:center;padding:16px;pointer-events:none}
.box{pointer-events:auto;box-sizing:border-box;width:100%;max-width:680px;max-height:calc(100vh - 32px);overflow:auto;padding:20px 22px;border-radius:14px;
  font:15px/1.5 system-ui,sans-serif;color:#1b2430;background:#fff;border:1px solid #d5dbe3;box-shadow:0 12px 40px rgb(15 23 42/.22)}
h2{margin:0 0 6px;font-size:17px}p{margin:0 0 14px}a{color:inherit}
.row{display:flex;flex-wrap:wrap;gap:10px}
button{flex:1 1 150px;min-height:44px;padding:8px 14px;border-radius:9px;border:1px solid var(--colour);font:inherit;font-weight:600;cursor:pointer;background:var(--colour);color:#fff}
button.plain{background:#fff;color:#1b2430;border-color:#8b96a5}
button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid #1d4ed8;outline-offset:2px}
fieldset{border:0;margin:0 0 14px;padding:0;display:grid;gap:10px}legend{font-weight:600;padding:0;margin-bottom:6px}
label{display:grid;grid-template-columns:24px 1fr;gap:2px 8px;cursor:pointer}label span{grid-column:2;color:#4a5666;font-size:14px}
input{width:20px;height:20px;margin:1px 0 0;accent-color:var(--colour)}
[hidden]{display:none!important}
@media (prefers-color-scheme:dark){.box{background:#18202b;color:#eef2f7;border-color:#36414f}button.plain{background:#18202b;color:#eef2f7}label span{color:#b6c0cd}
  button:focus-visible,input:focus-visible,a:focus-visible{outline-color:#93c5fd}}
`;

const make = <K extends 'h2' | 'p' | 'a' | 'b' | 'span' | 'div' | 'section' | 'label' | 'legend' | 'fieldset' | 'button' | 'input'>(tag: K, set: object = {}, ...children: Node[]): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  Object.assign(element, set);
  element.append(...children);
  return element;
};

export function start(temas: Temas, options: BannerOptions): void {
  document.querySelector('temas-banner')?.remove();
  const language = options.language ?? (document.documentElement.lang.startsWith('tr') ? 'tr' : 'en');
  const words = texts[language];
  const host = document.createElement('temas-banner');
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];
  const colour = options.colour && /^#[0-9a-f]{3,8}$/i.test(options.colour) ? options.colour : '#0f5f59';
  host.style.setProperty('--colour', colour);

  const done = (choice: 'granted' | 'denied' | Partial<Record<Purpose, boolean>>) => {
    host.remove();
    temas.consent(choice, 'banner');
  };
  const purposes = (['analytics', 'personalization', 'marketing'] as const).filter((p) => p === 'analytics' || !options.purposes || options.purposes.includes(p));
  const held = temas.consent().purposes;
  const boxes = purposes.map((p) => make('input', { type: 'checkbox', checked: held[p], id: p, name: p }));
  const [, ...others] = boxes;
  // Nothing can be kept for the other purposes when nothing may be recorded at all.
  const follow = () => {
    for (const box of others) {
      box.disabled = !boxes[0]!.checked;
      if (box.disabled) box.checked = false;
    }
  };
  boxes[0]!.addEventListener('change', follow);
  follow();
  const details = make(
    'fieldset', { hidden: true }, make('legend', { textContent: words.choose }),
    ...boxes.map((box, i) => make('label', {}, box, make('b', { textContent: words[purposes[i]!][0] }), make('span', { textContent: words[purposes[i]!][1] }))),
  );
  const yes = make('button', { type: 'button', textContent: words.yes, onclick: () => done(Object.fromEntries(purposes.map((p) => [p, true]))) });
  const no = make('button', { type: 'button', textContent: words.no, onclick: () => done('denied') });
  const save = make('button', { type: 'button', textContent: words.save, hidden: true, onclick: () => done(Object.fromEntries(boxes.map((box) => [box.name, box.checked]))) });
  const choose = make('button', {
    type: 'button', className: 'plain', textContent: words.choose,
    onclick: () => {
      [details.hidden, save.hidden, choose.hidden] = [false, false, true];
      boxes[0]!.focus();
    },
  });
  const text = make('p', { textContent: (options.text ?? words.text) + ' ' });
  if (options.policy && /^(https?:|\/)/.test(options.policy)) text.append(make('a', { href: options.policy, textContent: words.policy }));
  const title = make('h2', { id: 'title', textContent: options.title ?? words.title });
  const box = make('section', { className: 'box', lang: language }, title, text, details, make('div', { className: 'row' }, no, yes, save, choose));
  box.setAttribute('aria-labelledby', 'title');
  shadow.append(box);
  // First in the page, so that who uses a keyboard or listens meets it first.
  document.body.prepend(host);
}
