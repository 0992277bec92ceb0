import type { Rows } from './rows';
import { colour, numbers, tip, tooltip, type Option, type Tokens } from './tokens';

/** Figures over time: row `i` of the table is about label `i`, and each series names its cell there. */
export interface Lines {
  labels: string[];
  /** Bars stand for what can be added up; else lines. */
  bars?: boolean;
  /** Figures are shares of one. */
  shares?: boolean;
  /** Shares whose scale ends where they do: they are all small. */
  open?: boolean;
  series: { name: string; cell: number; tone: number; dashed: boolean; figures: (number | null)[] }[];
}

export function lines(data: Lines, rows: Rows, tokens: Tokens, width: number): Option {
  const few = data.labels.length <= 60;
  const share = new Intl.NumberFormat(document.documentElement.lang, { style: 'percent', maximumFractionDigits: data.open ? 1 : 0 });
  const short = new Intl.NumberFormat(document.documentElement.lang, { notation: 'compact', maximumFractionDigits: 1 });
  const text = { color: tokens.muted, fontFamily: tokens.font, fontSize: 12 };
  const axis = (value: number): string => (data.shares ? share.format(value) : Math.abs(value) >= 10_000 ? short.format(value) : numbers.format(value));
  return {
    animation: false,
    grid: { left: 4, right: 14, top: 14, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      ...tooltip(tokens), trigger: 'axis', axisPointer: { type: data.bars ? 'shadow' : 'line', lineStyle: { color: tokens.strong }, shadowStyle: { color: tokens.line, opacity: 0.5 } },
      formatter: (of: { dataIndex: number }[]) => {
        const at = of[0]?.dataIndex ?? 0;
        return tip(data.labels[at] ?? '', data.series.map((s) => ({ name: s.name, text: rows.text(at, s.cell) || '–', tone: s.tone })));
      },
    },
    xAxis: {
      type: 'category', data: data.labels, boundaryGap: data.bars, axisTick: { show: false }, axisLine: { lineStyle: { color: tokens.strong } },
      axisLabel: { ...text, hideOverlap: true, interval: Math.max(0, Math.ceil(data.labels.length / Math.max(2, Math.floor(width / 110))) - 1), alignMinLabel: data.bars ? undefined : 'left', alignMaxLabel: data.bars ? undefined : 'right' },
    },
    yAxis: { type: 'value', splitNumber: 4, ...(data.shares && !data.open ? { max: 1, interval: 0.25 } : {}), minInterval: !data.shares && data.series.every((s) => s.figures.every((f) => f === null || Number.isInteger(f))) ? 1 : undefined, axisLabel: { ...text, formatter: axis }, splitLine: { lineStyle: { color: tokens.line } } },
    series: data.series.map((s) => ({
      name: s.name, data: s.figures, cursor: 'pointer',
      ...(data.bars && !s.dashed
        ? { type: 'bar', barMaxWidth: 36, itemStyle: { color: colour(tokens, s.tone), borderRadius: [3, 3, 0, 0] } }
        : { type: 'line', symbol: 'circle', symbolSize: 6, showSymbol: few && !s.dashed, lineStyle: { width: s.dashed ? 1.5 : 2, type: s.dashed ? [5, 4] : 'solid', color: colour(tokens, s.tone) }, itemStyle: { color: colour(tokens, s.tone) } }),
    })),
  };
}
