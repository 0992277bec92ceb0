import type { Temas } from '../sdk/temas';
import { total, type Line, type Product } from './state';

/** The events of the shop, by the names and properties of the Segment e-commerce specification, as Temas's catalogue knows them. */
export const temas = (): Temas => window.temas!;

export const told = (product: Product, quantity?: number) => ({
  product_id: product.sku, sku: product.sku, category: product.category.tr, name: product.tr, brand: 'Veranda', price: product.price, currency: 'TRY', ...(quantity && { quantity }),
});

export const toldAll = (lines: Line[]) => ({ products: lines.map((l) => told(l.product, l.quantity)), total: total(lines), currency: 'TRY' });
