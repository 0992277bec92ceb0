import { init } from 'echarts/core';
import { readTokens, type Option } from './tokens';

const margin = 24;

/** Shows the buttons [data-picture="id of the chart"], which save it as PNG: drawn once more on a canvas, larger and with its title. */
export function offerPicture(chart: HTMLElement, option: () => Option): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>(`button[data-picture="${CSS.escape(chart.id)}"]`)) {
    button.hidden = false;
    button.addEventListener('click', () => save(chart, option(), button.dataset.file ?? 'chart'));
  }
}

function save(chart: HTMLElement, option: Option, name: string): void {
  const tokens = readTokens();
  const [width, height] = [Math.max(960, chart.clientWidth), chart.clientHeight];
  const drawn = init(document.createElement('div'), undefined, { renderer: 'canvas', width, height, devicePixelRatio: 2 });
  drawn.setOption(option);
  const picture = document.createElement('canvas');
  const head = 34;
  [picture.width, picture.height] = [(width + 2 * margin) * 2, (height + head + 2 * margin) * 2];
  const pen = picture.getContext('2d');
  if (pen) {
    pen.scale(2, 2);
    pen.fillStyle = tokens.surface;
    pen.fillRect(0, 0, picture.width, picture.height);
    pen.fillStyle = tokens.text;
    pen.font = `600 16px ${tokens.font}`;
    pen.fillText(chart.dataset.title ?? '', margin, margin + 14, width);
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
