import { create } from './client';

/** `/temas.mjs`: the same as an ES module. */
export const temas = create(new URL('.', import.meta.url).href.replace(/\/$/, ''));
export default temas;
