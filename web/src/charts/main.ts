/**
 * Charts, drawn by Apache ECharts; loaded by pages that have one (Chart.razor), and only what they draw with. Everything on a chart also stands in a table of the page:
 * from its rows a chart takes the words of each point, in the reader's language, and where a click on it leads.
 */
import { BarChart, LineChart, SankeyChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import { lines, type Lines } from './lines';
import { offerPicture } from './picture';
import { Rows } from './rows';
import { sankey, type Sankey } from './sankey';
import { readTokens, type Option } from './tokens';

use([BarChart, LineChart, SankeyChart, GridComponent, TooltipComponent, SVGRenderer, CanvasRenderer]);

type Data = ({ kind: 'sankey' } & Sankey) | ({ kind: 'lines' } & Lines);

class TemasChart extends HTMLElement {
  private chart: EChartsType | undefined;
  private readonly sizes = new ResizeObserver(() => this.chart?.resize());
  private readonly themes = new MutationObserver(() => this.draw());

  connectedCallback(): void {
    if (this.chart) return;
    const data = JSON.parse(this.dataset.chart ?? '{}') as Data;
    const rows = new Rows(this.closest('[data-charted]') ?? document);
    const place = document.createElement('div');
    place.className = 'chart-place';
    this.replaceChildren(place);
    const chart = (this.chart = init(place, undefined, { renderer: 'svg' }));
    this.option = () => (data.kind === 'sankey' ? sankey(data, rows, readTokens()) : lines(data, rows, readTokens(), this.clientWidth));
    this.draw();
    if (data.kind === 'sankey') {
      chart.on('click', (event) => rows.open((event.data as { at?: string }).at ?? ''));
    } else {
      // Not only a point itself is clicked, but also where it is: the nearest of its moment opens.
      const at = (x: number, y: number): HTMLAnchorElement | null => {
        if (!chart.containPixel('grid', [x, y])) return null;
        const [bucket, value] = chart.convertFromPixel({ gridIndex: 0 }, [x, y]) as [number, number];
        return data.series
          .map((s) => ({ link: rows.link(bucket, s.cell), away: Math.abs((s.figures[bucket] ?? Infinity) - value) }))
          .filter((s) => s.link && Number.isFinite(s.away)).sort((a, b) => a.away - b.away)[0]?.link ?? null;
      };
      chart.getZr().on('click', (event) => {
        at(event.offsetX, event.offsetY)?.click();
      });
      chart.getZr().on('mousemove', (event) => {
        chart.getZr().setCursorStyle(at(event.offsetX, event.offsetY) ? 'pointer' : 'default');
      });
    }
    this.sizes.observe(this);
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
    offerPicture(this, () => this.option());
  }

  disconnectedCallback(): void {
    this.sizes.disconnect();
    this.themes.disconnect();
    this.chart?.dispose();
    this.chart = undefined;
  }

  /** Draws it for so much room; without any for what it has on the screen. */
  fit(room?: { width: number; height: number }): void {
    this.chart?.resize(room ?? { width: 'auto', height: 'auto' });
    // Paper waits for no frame.
    this.chart?.getZr().refreshImmediately();
  }

  private option: () => Option = () => ({});

  private draw(): void {
    this.chart?.setOption(this.option(), true);
  }
}

customElements.define('temas-chart', TemasChart);
