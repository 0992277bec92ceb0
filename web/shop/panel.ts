import type { TemasEvent } from '../sdk/temas';
import { h, icon } from './dom';
import { temas } from './events';
import { current, say, type Words } from './texts';

const seen: { event: TemasEvent; stored: boolean }[] = [];
let open = false;
let redraw = () => {};

/** Listens from the beginning, so that nothing is missed while the panel is closed. */
export function listen(): void {
  temas().on('event', (event) => {
    seen.unshift({ event, stored: false });
    seen.splice(30);
    redraw();
  });
  temas().on('sent', () => {
    for (const one of seen) one.stored = true;
    redraw();
  });
  temas().on('consent', () => redraw());
}

/** The floating panel: what Temas knows of this visitor, and the way into Temas. */
export function panel(): HTMLElement {
  const workspace = document.body.dataset.workspace ?? '';
  const member = document.body.dataset.member === 'yes';
  const host = h('aside', { class: 'see', 'aria-label': say('panel'), 'data-temas-off': true });
  redraw = () => {
    const focused = host.contains(document.activeElement) ? document.activeElement?.id : undefined;
    const user = temas().user();
    const { status } = temas().consent();
    const id = user.userId ?? user.anonymousId ?? '';
    const toggle = h('button', { id: 'see-toggle', class: 'see-toggle', type: 'button', 'aria-expanded': String(open), 'aria-controls': 'see-box', onclick: () => { open = !open; redraw(); } }, icon(open ? 'x' : 'eye'), say(open ? 'close' : 'panel'));
    const fact = (name: Words, value: string) => h('div', {}, h('dt', {}, say(name)), h('dd', {}, value));
    const box = h('div', { id: 'see-box', class: 'see-box', hidden: !open },
      h('h2', {}, say('panel')),
      h('dl', {}, fact('consent', say(status)), fact('anonymous', user.anonymousId ?? say('nobody')), fact('user', user.userId ?? say('nobody')), fact('session', user.sessionId?.slice(0, 8) ?? say('nobody'))),
      h('button', { id: 'see-consent', class: 'quiet', type: 'button', onclick: () => temas().showBanner({ language: current() }) }, say('change')),
      member
        ? h('p', { class: 'see-links' }, h('a', { class: 'go', href: `/w/${workspace}/events`, target: '_blank', rel: 'noopener' }, say('feed')), !!id && h('a', { class: 'go', href: `/w/${workspace}/shop/me?id=${encodeURIComponent(id)}`, target: '_blank', rel: 'noopener' }, say('timeline')))
        : h('p', {}, say('signInTemas'), ' ', h('a', { href: `/sign-in?returnUrl=${encodeURIComponent(location.pathname)}` }, say('toTemas'))),
      h('h3', { id: 'see-events' }, say('events')),
      seen.length
        ? h('ol', { 'aria-labelledby': 'see-events', tabindex: '0' }, ...seen.map(({ event, stored }) => h('li', {},
            h('b', {}, event.event ?? event.type), h('span', { class: stored ? 'ok' : 'wait' }, say(stored ? 'sent' : 'waiting')),
            h('time', {}, new Date(event.timestamp).toLocaleTimeString(current())), h('code', {}, brief(event)))))
        : h('p', {}, say('noEvents')));
    host.replaceChildren(box, toggle);
    if (focused) document.getElementById(focused)?.focus();
  };
  redraw();
  return host;
}

function brief(event: TemasEvent): string {
  const told = event.properties ?? event.traits ?? {};
  const { name, path, label, email, field, query, step } = told as Record<string, unknown>;
  return String(label ?? name ?? email ?? field ?? query ?? (step && `step ${String(step)}`) ?? path ?? '').slice(0, 80);
}
