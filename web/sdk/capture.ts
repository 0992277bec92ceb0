import type { CaptureOptions, Temas } from './temas';

/**
 * `/temas-capture.mjs`: what people do on a page without anybody calling. Reads the names of fields and the labels of buttons and links, and never what somebody typed;
 * whatever stands in an element with `data-temas-off` is left alone.
 */

/** Clicks of a rage: how many, within how many milliseconds, within how many pixels of the first. */
const [rageClicks, rageTime, rageDistance] = [3, 1_000, 40];

const actors = 'a,button,summary,[role],input,select,textarea,label';

/** An element as it may be told. */
function describe(element: Element): Record<string, string> {
  const tag = element.tagName.toLowerCase();
  const role = element.getAttribute('role');
  const told: Record<string, string> = { tag };
  if (role) told.role = role;
  // A name that the page's authors gave; what looks made up by a program, or like a number of somebody, is left out.
  if (element.id && /^[a-z][\w-]{0,60}$/i.test(element.id) && !/\d{4}/.test(element.id)) told.id = element.id;
  const button = tag === 'input' && /^(submit|button|reset)$/.test((element as HTMLInputElement).type);
  if (tag === 'a' || tag === 'button' || tag === 'summary' || button || role === 'button' || role === 'link' || role === 'tab' || role === 'menuitem') {
    const text = element.getAttribute('aria-label') ?? (button ? (element as HTMLInputElement).value : visible(element));
    const label = text.replace(/\s+/g, ' ').trim().slice(0, 80);
    // A label such as "ada@example.com" or a number of a card tells of a person.
    if (label && !/@|(\d[ -]?){7}/.test(label)) told.label = label;
  }
  if (tag === 'input') told.input = (element as HTMLInputElement).type;
  if (/^(input|select|textarea)$/.test(tag)) {
    const name = field(element);
    if (name) told.field = name;
  }
  return told;
}

/** The text of an element without that of fields within it, and of what the page keeps to itself. */
function visible(element: Element): string {
  let text = '';
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) text += node.textContent;
    else if (node instanceof Element && !node.matches('input,textarea,select,[contenteditable],[data-temas-off],script,style')) text += ` ${visible(node)}`;
  }
  return text;
}

/** What a field is called by the page's authors. */
function field(element: Element): string {
  const name = element.getAttribute('name') ?? element.id;
  return /@|\d{5}/.test(name) ? '' : name.slice(0, 80);
}

const isOff = (element: Element) => !!element.closest('[data-temas-off],temas-banner');

export function start(temas: Temas, options: CaptureOptions): void {
  const target = (e: Event) => {
    // Through the shadow of a web component to what was really meant.
    const inner = e.composedPath()[0];
    return inner instanceof Element && !isOff(inner) && !(e.target instanceof Element && isOff(e.target)) ? inner : undefined;
  };
  let clicks: { at: number; x: number; y: number }[] = [];
  let raged = false;
  document.addEventListener(
    'click',
    (e) => {
      const element = target(e);
      // A click that a script made is nobody's.
      if (!element || !e.isTrusted) return;
      const actor = element.closest(actors);
      if (actor && options.clicks !== false) temas.track('Element Clicked', { ...describe(actor), path: location.pathname });
      // By the keyboard a click has no place, and pressing again and again is how one steps through a calendar.
      if (options.rage === false || !e.detail) return;
      clicks = clicks.filter((c) => e.timeStamp - c.at <= rageTime && Math.hypot(c.x - e.clientX, c.y - e.clientY) <= rageDistance);
      if (!clicks.length) raged = false;
      clicks.push({ at: e.timeStamp, x: e.clientX, y: e.clientY });
      // Once for each fit of rage, however long. Steppers are made for many clicks.
      if (clicks.length < rageClicks || raged || element.closest('[data-temas-repeat],input[type=number],video,audio')) return;
      raged = true;
      temas.track('Rage Clicked', { ...describe(actor ?? element), clicks: clicks.length, path: location.pathname });
    },
    true,
  );
  if (options.forms === false) return;
  document.addEventListener(
    'invalid',
    (e) => {
      const element = target(e);
      if (!element) return;
      const validity = (element as HTMLInputElement).validity;
      const reason = (['valueMissing', 'typeMismatch', 'patternMismatch', 'tooLong', 'tooShort', 'rangeUnderflow', 'rangeOverflow', 'stepMismatch', 'badInput', 'customError'] as const).find((x) => validity?.[x]);
      const form = element.closest('form');
      temas.track('Form Error Shown', {
        field: field(element), input: (element as HTMLInputElement).type ?? '', reason: reason ?? 'unknown', form: form?.getAttribute('name') ?? form?.id ?? '', path: location.pathname,
      });
    },
    true,
  );
}
