import type { EChartsCoreOption } from 'echarts/core';

export type Option = EChartsCoreOption;

/** The colours of the theme that is on, and the letters of the page. */
export interface Tokens {
  text: string;
  muted: string;
  line: string;
  surface: string;
  strong: string;
  font: string;
  /** By their number; what is beyond them, and what is not named, is grey. */
  series: string[];
  grey: string;
  /** By the steps of the scale of perception: p2, p1, p0, n1, n2. */
  perception: Record<string, string>;
}

export function readTokens(): Tokens {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: read('--text'), muted: read('--text-3'), line: read('--line'), strong: read('--line-strong'), surface: read('--surface'), font: read('--font'), grey: read('--series-8'),
    perception: Object.fromEntries(['p2', 'p1', 'p0', 'n1', 'n2'].map((step) => [step, read(`--${step}`)])),
    series: Array.from({ length: 8 }, (_, i) => read(`--series-${i}`)),
  };
}

export const colour = (tokens: Tokens, tone: number): string => tokens.series[tone] ?? tokens.grey;

/** A number as the reader of the page writes it. */
export const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });

export const tooltip = (tokens: Tokens): object => ({
  backgroundColor: tokens.surface, borderColor: tokens.strong, borderWidth: 1, padding: [8, 10], confine: true, transitionDuration: 0, extraCssText: 'box-shadow: var(--shadow-2); max-width: 320px; white-space: normal;',
  textStyle: { color: tokens.text, fontFamily: tokens.font, fontSize: 12 },
});

/** What a tooltip says: made of elements, for the page allows no style in text. */
export function tip(heading: string, said: { name: string; text: string; tone?: number }[]): HTMLElement {
  const all = document.createElement('div');
  all.className = 'chart-tip';
  const head = document.createElement('div');
  head.className = 'strong';
  head.textContent = heading;
  const list = document.createElement('dl');
  for (const line of said) {
    const [name, text] = [document.createElement('dt'), document.createElement('dd')];
    if (line.tone !== undefined) {
      const key = document.createElement('span');
      key.className = `line-key line-${line.tone}`;
      name.append(key, ' ');
    }
    name.append(line.name);
    text.textContent = line.text;
    list.append(name, text);
  }
  all.append(head, list);
  return all;
}
