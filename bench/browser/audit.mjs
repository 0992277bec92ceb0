// Lighthouse over the main pages, as a phone and as a desk have them; and the bytes that a first visit takes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse, { desktopConfig } from 'lighthouse';
import puppeteer from 'puppeteer-core';

const chromium = process.env.CHROME_PATH ?? '/usr/bin/chromium';
const categories = ['performance', 'accessibility', 'best-practices'];

/** Prints a line per page and form factor, and what the audits found that is not in order. */
export async function audit({ base, workspace, cookie }, customers, print) {
  const at = `/w/${workspace}`;
  const pages = [
    ['sign-in', '/sign-in', false], ['overview', `${at}/overview`, true], ['customers', `${at}/customers`, true],
    ['a customer', `${at}/customers/${customers[0]}`, true], ['events', `${at}/events`, true], ['sources', `${at}/sources`, true],
  ];
  const profile = await mkdtemp(join(tmpdir(), 'temas-lighthouse-'));
  const browser = await puppeteer.launch({ executablePath: chromium, userDataDir: profile, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const form of ['mobile', 'desktop']) {
      for (const [name, path, signedIn] of pages) {
        const page = await browser.newPage();
        const client = await page.createCDPSession();
        await client.send('Network.clearBrowserCookies');
        await client.send('Network.clearBrowserCache');
        // The language of the pages is Turkish: it needs one font file more than English does.
        const cookies = [['temas-language', 'tr'], ...(signedIn ? cookie.split('; ').map((c) => [c.slice(0, c.indexOf('=')), c.slice(c.indexOf('=') + 1)]) : [])];
        for (const [key, value] of cookies) await client.send('Network.setCookie', { name: key, value, url: base });
        const flags = { onlyCategories: categories, logLevel: 'error', maxWaitForLoad: 20_000, disableStorageReset: true };
        const result = await lighthouse(base + path, flags, form === 'desktop' ? desktopConfig : undefined, page);
        await page.close();
        const { categories: scores, audits, finalDisplayedUrl } = result.lhr;
        if (new URL(finalDisplayedUrl).pathname !== path) throw new Error(`${path} led to ${finalDisplayedUrl}.`);
        const requests = audits['network-requests'].details.items.filter((r) => r.resourceType !== 'EventSource' && !r.url.endsWith('/stream'));
        const bytes = requests.reduce((sum, r) => sum + (r.transferSize ?? 0), 0);
        print({
          measurement: 'lighthouse', page: name, form,
          ...Object.fromEntries(categories.map((c) => [c.replace('-', '_'), Math.round((scores[c].score ?? 0) * 100)])),
          bytes, requests: requests.length, kinds: sumBy(requests),
          lcp: Math.round(audits['largest-contentful-paint'].numericValue), tbt: Math.round(audits['total-blocking-time'].numericValue), cls: Math.round(audits['cumulative-layout-shift'].numericValue * 1000) / 1000,
          met: categories.every((c) => (scores[c].score ?? 0) >= 0.95) && bytes < 300_000,
          found: Object.values(audits).filter((a) => a.score !== null && a.score < 0.9 && ['binary', 'numeric', 'metricSavings'].includes(a.scoreDisplayMode)).map((a) => `${a.id}${a.displayValue ? ` (${a.displayValue})` : ''}`),
        });
      }
    }
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function sumBy(requests) {
  const kinds = {};
  for (const { resourceType, transferSize } of requests) kinds[resourceType] = (kinds[resourceType] ?? 0) + (transferSize ?? 0);
  return kinds;
}
