import { init } from 'echarts/core';
import { readTokens, type Option } from './tokens';

const margin = 24;

/** Shows the buttons [data-picture="id of the chart"], which save it as PNG: drawn once more on a canvas, larger, with its title and what each of its lines is. */
export function offerPicture(chart: HTMLElement, option: () => Option): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>(`button[data-picture="${CSS.escape(chart.id)}"]`)) {
    button.hidden = false;
    button.addEventListener('click', () => save(chart, option(), button.dataset.file ?? 'chart'));
  }
}

interface Key { name: string; colour: string; dashed: boolean }

/** What lines there are, where there are several: one is what the title says. */
function keysOf(option: Option): Key[] {
  const all = (Array.isArray(option.series) ? option.series : []) as { name?: string; type?: string; itemStyle?: { color?: unknown }; lineStyle?: { type?: unknown } }[];
  const lines = all.filter((one) => one.type === 'line' || one.type === 'bar');
  return lines.length < 2 ? [] : lines.map((one) => ({ name: one.name ?? '', colour: String(one.itemStyle?.color ?? ''), dashed: Array.isArray(one.lineStyle?.type) }));
}

const [line, row, apart] = [18, 22, 20];

/** Side by side, and below where there is no room left. */
function placed(keys: Key[], font: string, width: number): (Key & { left: number; top: number; room: number })[] {
  const pen = document.createElement('canvas').getContext('2d');
  if (pen) pen.font = font;
  let [left, top] = [0, 4];
  return keys.map((key) => {
    const room = Math.min(width, line + 6 + (pen?.measureText(key.name).width ?? 0));
    if (left > 0 && left + room > width) [left, top] = [0, top + row];
    const place = { ...key, left, top, room };
    left += room + apart;
    return place;
  });
}

function save(chart: HTMLElement, option: Option, name: string): void {
  const tokens = readTokens();
  const [width, height] = [Math.max(960, chart.clientWidth), chart.clientHeight];
  const drawn = init(document.createElement('div'), undefined, { renderer: 'canvas', width, height, devicePixelRatio: 2 });
  drawn.setOption(option);
  const picture = document.createElement('canvas');
  const keys = placed(keysOf(option), `13px ${tokens.font}`, width);
  const head = 34 + (keys.length > 0 ? keys[keys.length - 1]!.top + row : 0);
  [picture.width, picture.height] = [(width + 2 * margin) * 2, (height + head + 2 * margin) * 2];
  const pen = picture.getContext('2d');
  if (pen) {
    pen.scale(2, 2);
    pen.fillStyle = tokens.surface;
    pen.fillRect(0, 0, picture.width, picture.height);
    pen.fillStyle = tokens.text;
    pen.font = `600 16px ${tokens.font}`;
    pen.fillText(chart.dataset.title ?? '', margin, margin + 14, width);
    pen.font = `13px ${tokens.font}`;
    for (const key of keys) {
      const [x, y] = [margin + key.left, margin + 34 + key.top];
      pen.strokeStyle = key.colour;
      pen.lineWidth = key.dashed ? 2 : 3;
      pen.setLineDash(key.dashed ? [5, 4] : []);
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x + line, y);
      pen.stroke();
      pen.fillText(key.name, x + line + 6, y + 4.5, key.room - line - 6);
    }
    pen.drawImage(drawn.getRenderedCanvas({ pixelRatio: 2 }), margin, margin + head, width, height);
  }
  drawn.dispose();
  picture.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement('a');
    [link.href, link.download] = [URL.createObjectURL(blob), `${name}.png`];
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
