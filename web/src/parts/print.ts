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

function fit(): void {
  const pages = [...document.querySelectorAll<HTMLElement>('[data-print-page]')];
  if (pages.length === 0) return;
  // What holds on a screen alone does not hold meanwhile.
  const rules = rulesFor(/^print$/), screens = rulesFor(/^screen\b/).map((rule) => ({ rule, media: rule.media.mediaText }));
  for (const rule of rules) rule.media.mediaText = 'all';
  for (const { rule } of screens) rule.media.mediaText = 'print';
  const [width, height] = [paper.width * perMillimetre, paper.height * perMillimetre - 6];
  for (const page of pages) {
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
  for (const rule of rules) rule.media.mediaText = 'print';
  for (const { rule, media } of screens) rule.media.mediaText = media;
}

// A chart was drawn as wide as the screen had room; on paper it is drawn to the room that it has there.
function charts(print: boolean): void {
  for (const drawn of document.querySelectorAll<SVGSVGElement>('temas-chart svg')) {
    if (print) drawn.setAttribute('viewBox', `0 0 ${drawn.width.baseVal.value} ${drawn.height.baseVal.value}`);
    else drawn.removeAttribute('viewBox');
  }
}

function letGo(): void {
  for (const page of document.querySelectorAll<HTMLElement>('[data-print-page]')) page.style.removeProperty('zoom');
}

/** Fits maps and charts to the page when they are printed. */
export function startPrinting(): void {
  window.addEventListener('beforeprint', () => {
    charts(true);
    fit();
  });
  window.addEventListener('afterprint', () => {
    charts(false);
    letGo();
  });
}
