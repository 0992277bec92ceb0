import { newId, readJson, write } from './store';

/** What this browser keeps of a visitor: ids, and the session. Never traits. */
export interface Visit {
  /** Anonymous id. */
  a: string;
  /** User id. */
  u?: string;
  /** Group id. */
  g?: string;
  /** Session: id, last moment, campaign, referrer of its first page. */
  s?: { i: string; t: number; c?: Record<string, string>; r?: string };
}

/** Where a call was made; taken at once, for the page may be another when the event is built. */
export interface Place {
  path: string;
  referrer: string;
  search: string;
  title: string;
  url: string;
}

const clickIds = /^(gclid|gbraid|wbraid|dclid|fbclid|msclkid|ttclid|twclid|li_fat_id|yclid|epik|igshid|mc_eid)$/;
const secrets = /pass|token|secret|auth|e-?mail|phone|(^|_)key$|^code$|^otp$/i;

/** The address of the page that came before within the site, for single-page applications. */
let before: string | undefined;
let here = '';

/** An address without what tells of a person: secrets and e-mail addresses in its query, and ids of advertisements unless the visitor agreed to marketing. */
export function clean(address: string, marketing: boolean): string {
  try {
    const url = new URL(address);
    for (const [name, value] of [...url.searchParams]) {
      if (secrets.test(name) || /@|^\+?\d{10,15}$/.test(value) || (!marketing && clickIds.test(name))) url.searchParams.delete(name);
    }
    if (/[@=]/.test(url.hash)) url.hash = '';
    url.username = url.password = '';
    return url.href;
  } catch {
    return '';
  }
}

/** Where we are. */
export function place(): Place {
  const url = location.href;
  if (url !== here) {
    if (here) before = here;
    here = url;
  }
  return { path: location.pathname, referrer: before ?? document.referrer, search: location.search, title: document.title, url };
}

/** A place as it may be told. */
export function tell(at: Place, marketing: boolean): Place {
  const url = clean(at.url, marketing);
  return { ...at, url, search: url && new URL(url).search, referrer: at.referrer && clean(at.referrer, marketing) };
}

/** The campaign that an address names. */
function campaign(address: string): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [name, value] of new URL(address).searchParams) {
    if (name.startsWith('utm_') && value) found[name === 'utm_campaign' ? 'name' : name.slice(4)] = value.slice(0, 200);
  }
  return Object.keys(found).length ? found : undefined;
}

const isForeign = (address: string) => {
  try {
    return !!address && new URL(address).host !== location.host;
  } catch {
    return false;
  }
};

/** The visit as it is after something happened at this moment and place: a session ends by silence, and a new campaign begins a new one. */
export function touch(key: string, at: number, where: Place, silence: number): Visit {
  const visit = readJson<Visit>(key) ?? { a: newId() };
  const [old, came] = [visit.s, campaign(where.url)];
  const isNew = !old || at - old.t > silence || (came && JSON.stringify(came) !== JSON.stringify(old.c));
  visit.s = isNew ? { i: newId(), t: at, c: came, r: isForeign(where.referrer) ? where.referrer : undefined } : { ...old, t: Math.max(at, old.t) };
  write(key, JSON.stringify(visit));
  return visit;
}
