import { h, icon } from './dom';
import { temas, told, toldAll } from './events';
import { draw, go, identify, link, nameOf, picture } from './main';
import { basket, empty, keep, put, recall, total } from './state';
import { day, money, say, type Words } from './texts';

/** What the steps of the checkout are called in events; the demo's customers go through the same. */
const steps = ['contact', 'address', 'delivery', 'payment'];

export function basketPage(): HTMLElement[] {
  const lines = basket();
  if (!lines.length) return [h('h1', {}, say('empty')), link('', { class: 'button' }, say('emptyGo'))];
  temas().track('Cart Viewed', toldAll(lines));
  return [
    h('h1', {}, say('basket')),
    h('ul', { class: 'lines' }, ...lines.map(({ product, quantity }) => {
      const id = `n-${product.sku}`;
      const change = (e: Event) => {
        const next = Math.min(99, Math.max(1, Math.trunc(Number((e.target as HTMLInputElement).value)) || 1));
        if (next > quantity) temas().track('Product Added', told(product, next - quantity));
        else if (next < quantity) temas().track('Product Removed', told(product, quantity - next));
        put(product.sku, next);
        draw(false);
      };
      const remove = () => {
        put(product.sku, 0);
        temas().track('Product Removed', told(product, quantity));
        draw(false);
      };
      return h('li', {}, picture(product.category), h('span', { class: 'line-name' }, link(`/product/${product.sku}`, {}, nameOf(product))),
        h('label', { class: 'hidden', for: id }, `${say('quantity')}: ${nameOf(product)}`), h('input', { id, type: 'number', min: 1, max: 99, value: quantity, onchange: change }),
        h('span', { class: 'price' }, money(product.price * quantity)), h('button', { class: 'quiet', type: 'button', 'aria-label': `${say('remove')}: ${nameOf(product)}`, onclick: remove }, icon('trash')));
    })),
    h('p', { class: 'sum' }, `${say('total')}: `, h('b', {}, money(total(lines)))),
    h('button', { class: 'button', type: 'button', id: 'to-checkout', onclick: begin }, say('toCheckout')),
  ];
}

function begin(): void {
  const lines = basket();
  keep('checkout', `W-${Date.now().toString(36)}`);
  temas().track('Checkout Started', { checkout_id: recall('checkout', ''), ...toldAll(lines) });
  go('/checkout/1');
}

export function checkoutPage(step: number): HTMLElement[] {
  const lines = basket();
  if (!lines.length) return [h('h1', {}, say('empty')), link('', { class: 'button' }, say('emptyGo'))];
  const about = { checkout_id: recall('checkout', ''), step, step_name: steps[step - 1], device: matchMedia('(max-width: 640px)').matches ? 'phone' : 'desktop' };
  temas().track('Checkout Step Viewed', about);
  const done = (e: Event) => {
    e.preventDefault();
    const values = Object.fromEntries(new FormData(e.target as HTMLFormElement)) as Record<string, string>;
    if (step === 1) identify(values.email!, values.name);
    const paid = step === 4 ? { payment_method: values.payment } : {};
    temas().track('Checkout Step Completed', { ...about, ...paid });
    if (step < 4) return go(`/checkout/${step + 1}`);
    temas().track('Payment Info Entered', { checkout_id: about.checkout_id, step, ...paid });
    order(String(about.checkout_id), values.payment!);
  };
  return [
    h('p', { class: 'soft' }, `${say('checkout')} · ${say('step', step)}`),
    h('h1', {}, say(`s${step}` as Words)),
    h('form', { class: 'form', name: `checkout-${step}`, onsubmit: done }, ...fields(step), h('button', { class: 'button', id: 'next' }, say(step === 4 ? 'order' : 'next'))),
    h('p', { class: 'soft' }, say('noMoney')),
  ];
}

const text = (name: Words, autocomplete: string, type = 'text', value = '') => [
  h('label', { for: name }, say(name)), h('input', { id: name, name, type, required: true, maxlength: 200, autocomplete, value }),
];

const select = (name: Words, options: Words[]) => [
  h('label', { for: name }, say(name)),
  h('select', { id: name, name, required: true }, h('option', { value: '' }, say('choose')), ...options.map((o) => h('option', { value: o }, say(o)))),
];

function fields(step: number): HTMLElement[] {
  if (step === 1) return [...text('email', 'email', 'email', recall('email', '')), ...text('name', 'name')];
  if (step === 2) return [...text('city', 'address-level2'), ...text('street', 'street-address')];
  return step === 3 ? select('slot', ['morning', 'evening']) : select('payment', ['card', 'transfer', 'onDelivery']);
}

function order(checkout: string, payment: string): void {
  const lines = basket();
  const number = `WEB-${Date.now().toString(36).toUpperCase()}`;
  const promised = new Date(Date.now() + 5 * 86_400_000);
  temas().track('Order Completed', { order_id: number, checkout_id: checkout, ...toldAll(lines), payment_method: payment, promised_delivery_date: promised.toISOString().slice(0, 10) });
  keep('promised', promised.getTime());
  empty();
  go(`/thanks/${number}`);
}

export function thanksPage(number: string): HTMLElement[] {
  const promised = recall('promised', 0);
  if (!promised || !/^WEB-[0-9A-Z]{1,12}$/.test(number)) return [h('h1', {}, say('missing')), link('', { class: 'button' }, say('home'))];
  return [h('h1', {}, say('thanks')), h('p', {}, say('thanksText', number, day(new Date(promised)))), link('', { class: 'button' }, say('goOn'))];
}
