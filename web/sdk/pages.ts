/** Calls back at each page view: the first, those that a single-page application makes by the history, and those that the back button takes out of the browser's memory. */
export function watchPages(seen: () => void): void {
  let last = '';
  // Routers that keep the page in the fragment write #/ or #!.
  const address = (whole: boolean) => location.pathname + (whole ? location.search : '') + (/^#[/!]/.test(location.hash) ? location.hash : '');
  let [path, whole] = ['', ''];
  const look = (replaced: boolean) => {
    const changed = replaced ? address(false) !== path : address(true) !== whole;
    [path, whole] = [address(false), address(true)];
    if (!changed || last === whole) return;
    last = whole;
    // The application sets the title after it has changed the address.
    setTimeout(seen, 0);
  };
  const begin = () => {
    look(false);
    for (const name of ['pushState', 'replaceState'] as const) {
      const original = history[name];
      history[name] = function (this: History, ...args: Parameters<History['pushState']>) {
        original.apply(this, args);
        look(name === 'replaceState');
      };
    }
    addEventListener('popstate', () => look(false));
    addEventListener('hashchange', () => look(false));
    addEventListener('pageshow', (e) => e.persisted && seen());
  };
  // A page that is rendered ahead has not been seen yet.
  const ahead = document as Document & { prerendering?: boolean };
  if (ahead.prerendering) document.addEventListener('prerenderingchange', begin, { once: true });
  else begin();
}
