/**
 * `/temas-frame.js`: on the respondent's page where it stands in a frame of a website. Tells that website, and no other, how high the page is, that somebody wants it out of the way, and that it is done. The page works without it.
 */
const own = document.currentScript as HTMLScriptElement;
const site = own.dataset.site ?? '';
const tell = (temas: string, value?: number) => parent.postMessage({ temas, value }, site);
new ResizeObserver(() => tell('height', document.body.offsetHeight)).observe(document.body);
addEventListener('keydown', (event) => event.key === 'Escape' && tell('minimise'));
if (document.body.dataset.end) tell('done');
