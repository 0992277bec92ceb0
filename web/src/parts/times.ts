const steps: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1_000]];

/** Keeps "3 minutes ago" true while a page stays open; beyond a week the server's date stands. */
export function startTimes(): void {
  setInterval(refresh, 30_000);
}

function refresh(): void {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'auto' });
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    const ago = Date.now() - Date.parse(time.dateTime);
    if (!(ago >= 60_000 && ago < 7 * 86_400_000)) continue;
    const [unit, size] = steps.find(([, length]) => ago >= length) ?? ['second', 1_000];
    time.textContent = words.format(-Math.floor(ago / size), unit);
  }
}
