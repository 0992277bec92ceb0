import { create } from './client';
import type { Options, Temas } from './temas';

/**
 * `/temas.js`: takes over the stub, a list of calls as `[name, arguments, time]`, and makes them. Without a stub it begins by the attributes of its own element:
 * `data-write-key`, and `data-consent`, `data-banner`, `data-capture`, `data-surveys`, `data-pages`.
 */
type StubCall = [name: keyof Temas, args: unknown[], at?: number];

const own = document.currentScript as HTMLScriptElement | null;
const stub = window.temas as unknown as StubCall[] | undefined;
if (!stub || Array.isArray(stub)) {
  const temas = create(own?.src ? new URL('.', own.src).href.replace(/\/$/, '') : location.origin);
  window.temas = temas;
  const { writeKey, consent, banner, capture, surveys, pages } = own?.dataset ?? {};
  const calls = [...(stub ?? [])];
  if (writeKey) calls.unshift(['load', [writeKey, { consent: consent as Options['consent'], banner: banner !== undefined, capture: capture !== undefined, surveys: surveys !== undefined, pages: pages !== 'off' }]]);
  for (const [name, args, at] of calls) {
    const act = temas[name] as (...args: unknown[]) => unknown;
    const list = [...args];
    // Says when it happened, not when the script came.
    if (at && name === 'track') list[2] = { timestamp: at, ...(list[2] as object) };
    act?.apply(temas, list);
  }
}
