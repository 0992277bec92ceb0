import { basketPage, checkoutPage, thanksPage } from './checkout';
import { h, icon } from './dom';
import { temas, told } from './events';
import { listen, panel } from './panel';
import { base, basket, find, keep, load, put, range, recall, type Category, type Product } from './state';
import { current, money, say, speak, type Language } from './texts';

/**
 * The shop of the demo company: a single-page application, as many shops are, with temas.js in it. It shows what the SDK does and is clicked through by people who
 * try Temas; so it has everything that a journey has, and nothing more.
 */
const icons: Record<string, string> = {
  'bahce-mobilyasi': 'armchair', golgelik: 'umbrella', mangal: 'grill', saksi: 'plant-2', 'bahce-aleti': 'shovel', sulama: 'droplet', 'dis-aydinlatma': 'bulb', 'oturma-odasi': 'sofa', 'yatak-odasi': 'bed',
  mutfak: 'tools-kitchen-2', sofra: 'cup', tekstil: 'shirt', aydinlatma: 'lamp', dekorasyon: 'candle', banyo: 'bath', duzenleme: 'box', 'elektrikli-alet': 'hammer', boya: 'paint', havuz: 'pool', 'kucuk-ev-aleti': 'blender',
};
const root = document.getElementById('shop')!;

export const go = (to: string) => {
  history.pushState({}, '', base + to);
  draw(true);
};

/** A link within the shop. */
export function link(to: string, set: Record<string, string | boolean>, ...children: (Node | string)[]): HTMLElement {
  return h('a', {
    ...set, href: base + to,
    onclick: (e) => {
      const click = e as MouseEvent;
      if (click.ctrlKey || click.metaKey || click.shiftKey || click.button) return;
      e.preventDefault();
      go(to);
    },
  }, ...children);
}

export const nameOf = (thing: Product | Category) => thing[current()];

/** The picture of a product: its category's icon on a colour of its own. */
export function picture(category: Category, large = false): HTMLElement {
  return h('span', { class: `pic tone-${range.indexOf(category) % 6}${large ? ' pic-l' : ''}`, 'aria-hidden': 'true' }, icon(icons[category.key] ?? 'box'));
}

const card = (product: Product) => h('li', {}, link(`/product/${product.sku}`, { class: 'card' }, picture(product.category), h('span', { class: 'card-name' }, nameOf(product)), h('span', { class: 'price' }, money(product.price))));
const cards = (products: Product[]) => h('ul', { class: 'cards' }, ...products.map(card));

function home(): HTMLElement[] {
  const [garden] = range;
  return [
    h('section', { class: 'hero' }, h('div', {}, h('h1', {}, say('hero')), h('p', {}, say('heroText')), link(`/category/${garden!.key}`, { class: 'button' }, say('heroGo'))), picture(garden!, true)),
    h('h2', {}, say('categories')),
    h('ul', { class: 'tiles' }, ...range.map((c) => h('li', {}, link(`/category/${c.key}`, { class: 'tile' }, picture(c), h('span', {}, nameOf(c)))))),
    h('h2', {}, say('favourites')),
    cards([0, 2, 3, 5, 7, 10, 13, 19].flatMap((i) => range[i]?.products.slice(0, 1) ?? [])),
  ];
}

function categoryPage(category: Category): HTMLElement[] {
  temas().track('Product List Viewed', { list_id: category.key, category: category.tr });
  return [h('h1', {}, nameOf(category)), h('p', { class: 'soft' }, say('items', category.products.length)), cards(category.products)];
}

function searchPage(query: string): HTMLElement[] {
  const fold = (text: string) => text.toLocaleLowerCase(current());
  const results = range.flatMap((c) => c.products).filter((p) => fold(`${p[current()]} ${nameOf(p.category)}`).includes(fold(query))).slice(0, 48);
  // What somebody types may be anything; the length is what the catalogue needs at most.
  temas().track('Products Searched', { query: query.slice(0, 100), results: results.length });
  return [h('h1', {}, say('found', query)), results.length ? cards(results) : h('p', {}, say('nothing', query))];
}

function productPage(product: Product): HTMLElement[] {
  temas().track('Product Viewed', told(product));
  const note = h('p', { class: 'note', role: 'status' });
  const add = () => {
    put(product.sku, (basket().find((l) => l.product === product)?.quantity ?? 0) + 1);
    temas().track('Product Added', told(product, 1));
    note.replaceChildren(icon('check'), say('added', nameOf(product)));
    count();
  };
  return [
    h('p', { class: 'soft' }, link(`/category/${product.category.key}`, {}, say('back', nameOf(product.category)))),
    h('article', { class: 'product' }, picture(product.category, true),
      h('div', {}, h('h1', {}, nameOf(product)), h('p', { class: 'price price-l' }, money(product.price)), h('button', { class: 'button', type: 'button', id: 'add', onclick: add }, icon('shopping-bag'), say('add')), note,
        h('ul', { class: 'plain' }, h('li', {}, icon('truck-delivery'), say('delivery')), h('li', {}, icon('check'), say('returns'))))),
  ];
}

function accountPage(): HTMLElement[] {
  const mail = recall('email', '');
  if (mail) {
    const out = () => {
      temas().track('Signed Out');
      temas().reset();
      keep('email', '');
      go('');
    };
    return [h('h1', {}, say('account')), h('p', {}, say('hello', mail)), h('button', { class: 'button', type: 'button', onclick: out }, say('signOut'))];
  }
  const input = h('input', { id: 'email', name: 'email', type: 'email', required: true, autocomplete: 'email', maxlength: 200 }) as HTMLInputElement;
  const send = (e: Event) => {
    e.preventDefault();
    identify(input.value);
    temas().track('Signed In', { method: 'email' });
    draw(true);
  };
  return [h('h1', {}, say('signIn')), h('p', {}, say('signInText')), h('form', { class: 'form', name: 'sign-in', onsubmit: send }, h('label', { for: 'email' }, say('email')), input, h('button', { class: 'button' }, say('signIn')))];
}

/** From now on it is this person; what the visitor did before belongs to them, too. */
export function identify(email: string, name?: string): void {
  keep('email', email);
  temas().identify({ email, ...(name && { name }), language: current() });
}

const count = () => {
  const pieces = basket().reduce((sum, l) => sum + l.quantity, 0);
  for (const badge of document.querySelectorAll('[data-count]')) badge.textContent = pieces ? String(pieces) : '';
};

function header(): HTMLElement {
  const query = h('input', { type: 'search', name: 'q', 'aria-label': say('search'), placeholder: say('search'), maxlength: 100, autocomplete: 'off' }) as HTMLInputElement;
  const search = (e: Event) => {
    e.preventDefault();
    if (query.value.trim()) go(`/search?q=${encodeURIComponent(query.value.trim())}`);
  };
  const other: Language = current() === 'tr' ? 'en' : 'tr';
  const turn = () => {
    keep('language', other);
    speak(other);
    frame();
    draw(false);
  };
  return h('header', { class: 'top' }, h('div', { class: 'wide' },
    link('', { class: 'brand' }, h('span', {}, 'Veranda')),
    h('form', { class: 'search', role: 'search', name: 'search', onsubmit: search }, query, h('button', { 'aria-label': say('find') }, icon('search'))),
    h('nav', { 'aria-label': 'Veranda' },
      h('button', { class: 'quiet', type: 'button', lang: other, onclick: turn }, icon('language'), h('span', {}, say('language'))),
      link('/account', { class: 'quiet' }, icon('user'), h('span', {}, say('account'))),
      link('/basket', { class: 'quiet' }, icon('shopping-bag'), h('span', {}, say('basket')), h('b', { 'data-count': true })))));
}

function frame(): void {
  root.replaceChildren(
    h('a', { class: 'skip', href: '#main' }, say('skip')), header(), h('main', { id: 'main', class: 'wide', tabindex: '-1' }),
    h('footer', { class: 'foot' }, h('p', { class: 'wide' }, say('demo'))), panel());
}

/** Draws the page of the present address. */
export function draw(moved: boolean): void {
  const [, kind = '', key = ''] = decodeURIComponent(location.pathname.slice(base.length)).split('/');
  const category = kind === 'category' ? range.find((c) => c.key === key) : undefined;
  const product = kind === 'product' ? find(key) : undefined;
  const query = new URLSearchParams(location.search).get('q')?.slice(0, 100) ?? '';
  const page = kind === '' ? home()
    : category ? categoryPage(category)
    : product ? productPage(product)
    : kind === 'search' ? searchPage(query)
    : kind === 'basket' ? basketPage()
    : kind === 'checkout' ? checkoutPage(Math.min(4, Math.max(1, Number(key) || 1)))
    : kind === 'thanks' ? thanksPage(key)
    : kind === 'account' ? accountPage()
    : [h('h1', {}, say('missing')), link('', { class: 'button' }, say('home'))];
  const main = document.getElementById('main')!;
  main.replaceChildren(...page);
  const title = main.querySelector('h1')?.textContent;
  document.title = kind === '' ? `Veranda · ${say('tagline')}` : `${title ?? ''} · Veranda`;
  count();
  if (!moved) return;
  scrollTo(0, 0);
  main.focus();
}

async function begin(): Promise<void> {
  speak(recall<Language>('language', document.documentElement.lang === 'tr' ? 'tr' : 'en'));
  try {
    await load();
  } catch {
    root.replaceChildren(h('main', { class: 'wide' }, h('h1', {}, 'Veranda'), h('p', {}, say('failed'))));
    return;
  }
  listen();
  frame();
  draw(false);
  temas().load(document.body.dataset.writeKey ?? '', { banner: { language: current() }, capture: true, surveys: true });
  addEventListener('popstate', () => draw(true));
}

void begin();
