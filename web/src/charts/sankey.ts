import type { Rows } from './rows';
import { colour, numbers, tip, tooltip, type Option, type Tokens } from './tokens';

/** Flows from column to column. `at` names the row of the table that has its words and its link. */
export interface Sankey {
  nodes: { at: string; column: number; name: string; value: number; tone: number }[];
  /** `felt` is the step of the scale of perception that what it leads to stands on; none where that is not known. */
  flows: { at: string; from: string; to: string; value: number; felt?: string | null }[];
}

// Beside a bar there is room for so many letters up to the next; the number is never cut. The whole name stands in the tooltip.
const room = 25;

function short(given: string, number: string): string {
  // Names come from anybody, and braces mean styles here.
  const name = given.replaceAll('{', '(').replaceAll('}', ')');
  const most = room - number.length;
  return name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name;
}

export function sankey(data: Sankey, rows: Rows, tokens: Tokens): Option {
  const names = new Map(data.nodes.map((n) => [n.at, n.name]));
  const text = { fontFamily: tokens.font, color: tokens.text };
  return {
    animation: false,
    tooltip: {
      ...tooltip(tokens), trigger: 'item',
      formatter: ({ data: of }: { data: { at: string; source?: string; target?: string } }) =>
        tip(of.source ? `${names.get(of.source)} → ${names.get(of.target ?? '')}` : (names.get(of.at) ?? ''), rows.said(of.at)),
    },
    series: [{
      type: 'sankey', left: 4, right: 166, top: 8, bottom: 8, nodeWidth: 12, nodeGap: 18, nodeAlign: 'left', draggable: false, layoutIterations: 32,
      emphasis: { focus: 'adjacency', lineStyle: { opacity: 0.6 } },
      blur: { lineStyle: { opacity: 0.08 }, itemStyle: { opacity: 0.35 } },
      lineStyle: { color: 'source', opacity: 0.28, curveness: 0.5 },
      label: { ...text, fontSize: 12, lineHeight: 15, textBorderColor: tokens.surface, textBorderWidth: 3, distance: 6 },
      data: data.nodes.map((n) => ({
        at: n.at, name: n.at, value: n.value, depth: n.column, cursor: 'pointer',
        itemStyle: { color: colour(tokens, n.tone), borderWidth: 0 },
        label: { formatter: () => `${short(n.name, numbers.format(n.value))} {n|${numbers.format(n.value)}}`, rich: { n: { color: tokens.muted, fontSize: 11, fontFamily: tokens.font } } },
      })),
      links: data.flows.map((f) => ({
        at: f.at, source: f.from, target: f.to, value: f.value,
        ...(f.felt === undefined ? {} : { lineStyle: { color: tokens.perception[f.felt ?? ''] ?? tokens.grey, opacity: f.felt ? 0.42 : 0.16 } }),
      })),
    }],
  };
}
