// Builds what the browser gets into src/Temas.Ui/wwwroot/lib: one style sheet, two scripts and that of the charts, the icon sprite, two font files; the browser SDK (sdk/) and the demo shop (shop/).
// Each text file also comes as Brotli, made here once, so that the server never compresses on a request.
import { build, transform } from 'esbuild';
import { PurgeCSS } from 'purgecss';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');
const lib = join(root, 'src/Temas.Ui/wwwroot/lib');
// Built aside and then moved over file by file, so that a build that runs at the same time never finds half of it.
const out = `${lib}.${process.pid}`;
const target = ['chrome111', 'firefox115', 'safari16.4'];

// The SDK promises to be small: what tracks has at most this many bytes, packed with gzip.
const trackingBudget = 6144;
// What shows surveys is loaded where there is one, and has at most this many; what stands in its frame hardly anything.
const budgets = { 'temas.js': trackingBudget, 'temas.mjs': trackingBudget, 'temas-survey.mjs': 4096, 'temas-frame.js': 512 };

execFileSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', here], { stdio: 'inherit' });
await mkdir(out, { recursive: true });
await mkdir(lib, { recursive: true });

await build({
  absWorkingDir: here,
  entryPoints: { app: 'src/app.ts', theme: 'src/theme.ts' },
  outdir: out, bundle: true, minify: true, format: 'iife', target, legalComments: 'linked', logLevel: 'warning',
});

// Charts are large, so only pages that have one load them; a module, so that it runs once however many charts ask for it.
await build({
  absWorkingDir: here, entryPoints: { charts: 'src/charts/main.ts' }, outdir: out, bundle: true, minify: true, format: 'esm', target, legalComments: 'linked', logLevel: 'warning',
});

// The style sheet: Tabler in a layer of its own, so that our rules win without a contest of selectors; then what no page uses is left out.
const bundled = await build({
  absWorkingDir: here, entryPoints: ['src/app.css'], outdir: out, bundle: true, write: false, target, logLevel: 'warning', external: ['*.woff2'],
});
const [purged] = await new PurgeCSS().purge({
  content: [join(root, 'src/**/*.razor'), join(root, 'src/Temas.{Ui,Server}/**/*.cs'), join(here, 'src/**/*.ts')],
  css: [{ raw: bundled.outputFiles.find((f) => f.path.endsWith('.css')).text }],
  variables: true,
  fontFace: false,
  keyframes: true,
  safelist: { standard: ['html', 'body', 'dialog', 'summary', 'details', /^htmx-/, /^(tone|pt|verb|line|heat|chart|tw|th|tile|stages|journey-at|change|state|goal|summary|mini|map|cols)-/], variables: [/^--tblr-(body|font|border|primary|bg|link|heading|secondary)/] },
});
const css = await transform(purged.css, { loader: 'css', minify: true, target, legalComments: 'inline' });
await writeFile(join(out, 'app.css'), css.code);

// A sprite holds only the icons that its list names.
async function sprite(list, file) {
  const symbols = [];
  for (const name of JSON.parse(await readFile(join(here, list), 'utf8'))) {
    const svg = await readFile(join(here, `node_modules/@tabler/icons/icons/outline/${name}.svg`), 'utf8');
    const body = svg.replace(/<!--[\s\S]*?-->/g, '').match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s*\n\s*/g, '').trim();
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`);
  }
  await writeFile(join(out, file), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`);
}

await sprite('icons.json', 'icons.svg');
await sprite('shop/icons.json', 'shop-icons.svg');
await writeFile(join(out, 'favicon.svg'), await readFile(join(here, 'src/favicon.svg')));

for (const subset of ['latin', 'latin-ext']) {
  const font = await readFile(join(here, `node_modules/@fontsource-variable/inter/files/inter-${subset}-wght-normal.woff2`));
  await writeFile(join(out, `inter-${subset}.woff2`), font);
}

// The SDK. Its version is a hash of its sources: the parts that are loaded later are asked for by it, and so can be kept for good.
const sdk = join(here, 'sdk');
const hash = createHash('sha256');
for (const name of (await readdir(sdk)).sort()) hash.update(await readFile(join(sdk, name)));
const VERSION = `1.0.0-${hash.digest('hex').slice(0, 8)}`;
const common = { absWorkingDir: here, bundle: true, minify: true, target, charset: 'utf8', logLevel: 'warning', define: { VERSION: JSON.stringify(VERSION) } };
await build({ ...common, entryPoints: { temas: 'sdk/script.ts', 'temas-frame': 'sdk/frame.ts' }, outdir: out, format: 'iife' });
await build({ ...common, entryPoints: { temas: 'sdk/module.ts', 'temas-capture': 'sdk/capture.ts', 'temas-banner': 'sdk/banner.ts', 'temas-survey': 'sdk/survey.ts' }, outdir: out, format: 'esm', outExtension: { '.js': '.mjs' } });
await build({ ...common, entryPoints: { shop: 'shop/main.ts' }, outdir: out, format: 'iife' });
await build({ ...common, entryPoints: { shop: 'shop/shop.css' }, outdir: out, external: ['*.woff2'] });
await writeFile(join(out, 'temas.d.ts'), await readFile(join(sdk, 'temas.d.ts')));
await writeFile(join(out, 'temas.version'), VERSION);
for (const [name, budget] of Object.entries(budgets)) {
  const bytes = gzipSync(await readFile(join(out, name)), { level: 9 }).length;
  if (bytes > budget) throw new Error(`${name} has ${bytes} bytes gzip and may have ${budget}: move something into a part that is loaded later.`);
}

for (const name of ['app.css', 'app.js', 'charts.js', 'theme.js', 'icons.svg', 'favicon.svg', 'temas.js', 'temas.mjs', 'temas-capture.mjs', 'temas-banner.mjs', 'temas-survey.mjs', 'temas-frame.js', 'shop.js', 'shop.css', 'shop-icons.svg']) {
  const text = await readFile(join(out, name));
  await writeFile(join(out, `${name}.br`), brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }));
}

const made = await readdir(out);
for (const name of made) await rename(join(out, name), join(lib, name));
for (const name of await readdir(lib)) if (!made.includes(name)) await rm(join(lib, name), { force: true });
await rm(out, { recursive: true });
