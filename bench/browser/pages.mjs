// Measures the pages of a Temas with the demo company: the time of the server, the bytes of a first visit, and Lighthouse. Prints one JSON line per measurement.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { audit } from './audit.mjs';
import { get, start } from './server.mjs';

const { values: options } = parseArgs({
  options: {
    server: { type: 'string' }, customers: { type: 'string', default: '20000' }, days: { type: 'string' }, requests: { type: 'string', default: '30' },
    data: { type: 'string' }, only: { type: 'string' }, 'no-lighthouse': { type: 'boolean', default: false }, 'no-times': { type: 'boolean', default: false },
  },
});
const print = (line) => console.log(JSON.stringify(line));
const note = (text) => console.error(text);
const requests = Number(options.requests);
// With a folder of one's own the loaded demo stays, and the next run begins with it.
const data = options.data ?? (await mkdtemp(join(tmpdir(), 'temas-pages-')));
let server;
try {
  server = await start({ dll: options.server, data, customers: Number(options.customers), days: options.days, note });
  const counts = JSON.parse((await get(server, '/api/overview?period=365d')).body);
  print({ measurement: 'workspace', customers: counts.customers, records: JSON.parse((await get(server, '/api/operations')).body).log.head, load_seconds: server.loadSeconds, figures_seconds: server.figuresSeconds });
  if (!options['no-times']) await times();
  if (!options['no-lighthouse']) await audit(server, await someone(), print);
} finally {
  await server?.stop();
  if (!options.data) await rm(data, { recursive: true, force: true });
}

async function times() {
  const aim = Number(options.customers) > 100_000 ? 300 : 100;
  for (const [name, paths, headers] of await pages()) {
    if (options.only && !name.includes(options.only)) continue;
    const ask = (i) => get(server, paths[i % paths.length], headers);
    // The compiler looks twice at what is called often: its second look is part of the warm-up.
    for (let i = 0; i < Math.max(40, paths.length); i++) await ask(i);
    const took = [];
    let bytes = 0, failures = 0;
    for (let i = 0; i < requests; i++) {
      const answer = await ask(i);
      took.push(answer.ms);
      bytes = Math.max(bytes, answer.bytes);
      if (answer.status !== 200 && failures++ === 0) note(`${paths[i % paths.length]} answered ${answer.status}: ${answer.body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').slice(0, 300)}`);
    }
    took.sort((a, b) => a - b);
    const at = (share) => Math.round(took[Math.min(took.length - 1, Math.ceil(took.length * share) - 1)] * 10) / 10;
    print({ measurement: 'time', page: name, p50: at(0.5), p99: at(0.99), bytes, failures, aim, met: at(0.99) < aim && failures === 0 });
  }
}

// Customers as different as the list has them: who has most events, who is new, and whoever comes in between.
async function someone() {
  const ids = [];
  for (const query of ['sort=events', 'sort=last', 'sort=worst', 'sort=orders']) {
    const list = JSON.parse((await get(server, `/api/customers/list?${query}`)).body);
    ids.push(...list.customers.slice(0, 8).map((c) => c.id));
  }

  return [...new Set(ids)];
}

async function pages() {
  const at = `/w/${server.workspace}`;
  const ids = await someone();
  const typed = ['a', 'ay', 'ayş', 'ayşe', 'ayşe y', 'ayşe yıl', 'm', 'me', 'meh', 'mehmet', '0532', '+90 532', 'example.com', '@', 'zey', 'ö', 'kaya', 'yok böyle biri'];
  const typing = typed.map((q) => `${at}/customers?q=${encodeURIComponent(q)}`);
  const source = JSON.parse((await get(server, '/api/sources')).body).sources[0].id;
  return [
    ['sign-in', ['/sign-in']],
    ['overview', ['24h', '7d', '30d', '90d', '365d'].map((p) => `${at}/overview?period=${p}`)],
    ['customers', [`${at}/customers`, `${at}/customers?page=3`, `${at}/customers?sort=worst`, `${at}/customers?sort=events`]],
    ['customers, filtered', [`${at}/customers?stage=at_risk`, `${at}/customers?journey=negative&sort=worst`, `${at}/customers?promise=delivery&outcome=broken`, `${at}/customers?touchpoint=order-completed&tone=positive&sort=matches`]],
    ['customers, with traits as columns', [`${at}/customers?columns=stage,trait:city,computed:total-spent,orders`]],
    ['customers, as one types', typing, { 'hx-request': 'true' }],
    ['a customer', ids.map((id) => `${at}/customers/${id}`)],
    ['a customer, identity', ids.map((id) => `${at}/customers/${id}?tab=identity`)],
    ['a customer, traits', ids.map((id) => `${at}/customers/${id}?tab=traits`)],
    ['a customer, promises', ids.map((id) => `${at}/customers/${id}?tab=promises`)],
    ['held links', [`${at}/customers/held`]],
    ['events', [`${at}/events`]],
    ['events, dropped', [`${at}/events?show=dropped`]],
    ['sources', [`${at}/sources`]],
    ['a source', [`${at}/sources/${source}`]],
    ['touchpoints', [`${at}/touchpoints`]],
    ['a touchpoint', [`${at}/touchpoints/of/order-completed`]],
    ['promises', [`${at}/promises`]],
    ['a promise', [`${at}/promises/of/delivery`]],
    ['computed traits', [`${at}/computed-traits`]],
    ['a computed trait', [`${at}/computed-traits/of/total-spent`]],
    ['imports', [`${at}/imports`]],
    ['privacy', [`${at}/privacy`]],
    ['privacy, consent', [`${at}/privacy?tab=consents`]],
    ['privacy, kept', [`${at}/privacy?tab=kept`]],
    ['account', [`${at}/settings/account`]],
    ['people', [`${at}/settings/people`]],
    ['workspace settings', [`${at}/settings/workspace`]],
    ['tokens', [`${at}/settings/tokens`]],
    ['audit', [`${at}/settings/audit`]],
    ['operations', [`${at}/settings/operations`]],
    ['docs', ['/docs', '/docs/importing', '/docs?q=messageId']],
    ['API: overview', ['/api/overview']],
    ['API: list of customers', ['/api/customers/list', '/api/customers/list?journey=negative&sort=worst']],
    ['API: search', typed.map((q) => `/api/customers?q=${encodeURIComponent(q)}`)],
    ['API: a customer', ids.map((id) => `/api/customers/${id}`)],
    ['API: a timeline', ids.map((id) => `/api/customers/${id}/timeline?limit=200`)],
    ['API: events', ['/api/events']],
    ['API: promises', ['/api/promises']],
    ['API: consents', ['/api/privacy/consents']],
    ['API: audit', ['/api/audit']],
    ['API: operations', ['/api/operations']],
  ];
}
