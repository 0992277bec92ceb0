// What is to be printed on one page ([data-print-page]) is made as small as it must be: how high it becomes on paper is known only when it is laid out as it is printed, so the rules for paper hold for a moment before.
const paper = { width: 277, height: 190 };
const perMillimetre = 96 / 25.4;

function rulesFor(medium: RegExp): CSSMediaRule[] {
  return [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules].filter((rule): rule is CSSMediaRule => rule instanceof CSSMediaRule && medium.test(rule.media.mediaText));
    } catch {
      // A sheet of somebody else.
      return [];
    }
  });
}

/** What is done while the rules for paper hold. */
function onPaper(act: (width: number, height: number) => void): void {
  // What holds on a screen alone does not hold meanwhile.
  const rules = rulesFor(/^print$/), screens = rulesFor(/^screen\b/).map((rule) => ({ rule, media: rule.media.mediaText }));
  for (const rule of rules) rule.media.mediaText = 'all';
  for (const { rule } of screens) rule.media.mediaText = 'print';
  act(paper.width * perMillimetre, paper.height * perMillimetre - 6);
  for (const rule of rules) rule.media.mediaText = 'print';
  for (const { rule, media } of screens) rule.media.mediaText = media;
}

function fit(width: number, height: number): void {
  for (const page of document.querySelectorAll<HTMLElement>('[data-print-page]')) {
    const room = height - (page.dataset.printPage === 'first' ? page.getBoundingClientRect().top + window.scrollY : 0);
    let [low, high] = [0.2, 1];
    for (let step = 0; step < 8; step++) {
      const scale = step === 0 ? 1 : (low + high) / 2;
      page.style.width = `${width / scale}px`;
      if (page.scrollHeight * scale <= room) low = scale;
      else high = scale;
      if (low === 1) break;
    }
    page.style.width = '';
    page.style.setProperty('zoom', String(low));
  }
}

type Chart = HTMLElement & { fit?: (room?: { width: number; height: number }) => void };

// A chart was drawn as wide as the screen had room; on a board it is drawn anew for the room that its tile has on paper, elsewhere it is drawn to that room.
function charts(width: number): void {
  for (const board of document.querySelectorAll<HTMLElement>('.board')) {
    board.style.width = `${width / (Number(getComputedStyle(board).getPropertyValue('zoom')) || 1)}px`;
    const rooms = [...board.querySelectorAll<Chart>('temas-chart')].map((chart) => ({ chart, width: chart.clientWidth, height: chart.clientHeight }));
    board.style.width = '';
    for (const { chart, width: across, height: down } of rooms) if (across > 0 && down > 0) chart.fit?.({ width: across, height: down });
  }
  for (const drawn of document.querySelectorAll<SVGSVGElement>('temas-chart svg')) drawn.setAttribute('viewBox', `0 0 ${drawn.width.baseVal.value} ${drawn.height.baseVal.value}`);
}

function letGo(): void {
  for (const drawn of document.querySelectorAll<SVGSVGElement>('temas-chart svg')) drawn.removeAttribute('viewBox');
  for (const chart of document.querySelectorAll<Chart>('.board temas-chart')) chart.fit?.();
  for (const page of document.querySelectorAll<HTMLElement>('[data-print-page]')) page.style.removeProperty('zoom');
}

/** Fits maps and charts to the page when they are printed. */
export function startPrinting(): void {
  window.addEventListener('beforeprint', () => onPaper((width, height) => {
    charts(width);
    fit(width, height);
  }));
  window.addEventListener('afterprint', letGo);
}
