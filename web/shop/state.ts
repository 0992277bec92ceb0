/** What the shop knows: its range, and in this tab the basket and who signed in. */
export interface Product {
  sku: string;
  tr: string;
  en: string;
  price: number;
  category: Category;
}

export interface Category {
  key: string;
  tr: string;
  en: string;
  garden: boolean;
  products: Product[];
}

export interface Line {
  product: Product;
  quantity: number;
}

export const base = `/w/${document.body.dataset.workspace ?? ''}/shop`;
export let range: Category[] = [];

/** Loads the range. */
export async function load(): Promise<void> {
  const answer = await fetch(`${base}/catalogue.json`);
  if (!answer.ok) throw new Error(`catalogue ${answer.status}`);
  range = (await answer.json()) as Category[];
  for (const category of range) for (const product of category.products) product.category = category;
}

export const find = (sku: string | undefined) => range.flatMap((c) => c.products).find((p) => p.sku === sku);

// Of the session alone: a basket is what the visitor asked for, and needs no consent.
const read = <T>(key: string, otherwise: T): T => {
  try {
    return (JSON.parse(sessionStorage.getItem(`shop.${key}`) ?? 'null') as T | null) ?? otherwise;
  } catch {
    return otherwise;
  }
};

export const keep = (key: string, value: unknown) => {
  try {
    sessionStorage.setItem(`shop.${key}`, JSON.stringify(value));
  } catch {
    // A basket that lasts until the page is left.
  }
};

export const recall = read;

export function basket(): Line[] {
  return Object.entries(read<Record<string, number>>('basket', {})).flatMap(([sku, quantity]) => {
    const product = find(sku);
    return product && quantity > 0 ? [{ product, quantity: Math.min(99, quantity) }] : [];
  });
}

export const put = (sku: string, quantity: number) => {
  const all = read<Record<string, number>>('basket', {});
  if (quantity > 0) all[sku] = quantity;
  else delete all[sku];
  keep('basket', all);
};

export const empty = () => keep('basket', {});
export const total = (lines: Line[]) => Math.round(lines.reduce((sum, l) => sum + l.product.price * l.quantity, 0) * 100) / 100;
