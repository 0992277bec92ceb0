/** Makes an element. Everything that comes from data goes in as text, never as HTML. */
type Child = Node | string | false | null | undefined;
type Set = Record<string, string | number | boolean | ((e: Event) => void) | undefined>;

export function h(tag: string, set: Set = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(set)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((x): x is Node | string => !!x));
  return element;
}

/** An icon of the shop's sprite; says nothing by itself. */
export function icon(name: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${document.body.dataset.icons ?? ''}#${name}`);
  svg.append(use);
  return svg;
}
