import type { Rows } from './rows';
import { colour, numbers, tip, tooltip, type Option, type Tokens } from './tokens';

/** Flows from column to column. `at` names the row of the table that has its words and its link. */
export interface Sankey {
  nodes: { at: string; column: number; name: string; value: number; tone: number }[];
  flows: { at: string; from: string; to: string; value: number }[];
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
      label: { ...text, fontSize: 12, lineHeight: 15, width: 148, overflow: 'truncate', textBorderColor: tokens.surface, textBorderWidth: 3, distance: 6 },
      data: data.nodes.map((n) => ({
        at: n.at, name: n.at, value: n.value, depth: n.column, cursor: 'pointer',
        itemStyle: { color: colour(tokens, n.tone), borderWidth: 0 },
        label: { formatter: `${n.name} {n|${numbers.format(n.value)}}`, rich: { n: { color: tokens.muted, fontSize: 11, fontFamily: tokens.font } } },
      })),
      links: data.flows.map((f) => ({ at: f.at, source: f.from, target: f.to, value: f.value })),
    }],
  };
}
