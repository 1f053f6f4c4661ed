import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, defineConfig, type InlineConfig, type Plugin } from 'vite';

/** Folder of each page → the oldest engines it must run on. `npx vite build` puts them in dist/<folder>. */
const pages: Record<string, string[]> = {
  'sandbox/page': ['chrome87', 'safari14'],
  // DingTalk's webview in government builds is still Chromium 69.
  miniapp: ['chrome69', 'safari13'],
};

/** The service worker keeps the whole build: it is told the names of its files, and is another one when they change. */
const offline: Plugin = {
  name: 'offline',
  enforce: 'post',
  generateBundle(_, bundle) {
    const worker = bundle['sw.js'];
    if (worker?.type !== 'chunk') return;
    if (/^import|\bexport\b/m.test(worker.code)) throw new Error('sw.ts must come out as a plain script');
    const files = Object.keys(bundle).filter((name) => name.startsWith('assets/'));
    const name = createHash('sha256').update(files.sort().join()).digest('hex').slice(0, 12);
    worker.code = `const BUILD=${JSON.stringify({ name, files })};${worker.code}`;
  },
};

/** The bridge brings Promise, Object.assign and Object.keys for browsers older than any that can run us. */
const unused: Plugin = {
  name: 'unused',
  enforce: 'pre',
  resolveId: (source, importer = '') =>
    /\/polyfills$/.test(source) && importer.includes('dingtalk-jsapi') ? NOTHING : null,
  load: (id) => (id === NOTHING ? '' : null),
};
const NOTHING = '\0nothing';

/** A file of its own under its own name, where a page has one. */
function inputs(root: string): Record<string, string> {
  const worker = join(root, 'sw.ts');
  return { index: join(root, 'index.html'), ...(existsSync(worker) && { sw: worker }) };
}

function page(folder: string, engines: string[], logLevel: InlineConfig['logLevel']): InlineConfig {
  const root = join(import.meta.dirname, folder);
  return {
    configFile: false,
    root,
    plugins: [unused, offline],
    base: './',
    logLevel,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: join(import.meta.dirname, 'dist', folder),
      emptyOutDir: true,
      // Chromium 69 has it, and Safari 13 only loads a little later without.
      modulePreload: { polyfill: false },
      // Which chunks a page needs: the budget of test/miniapp/budget.test.ts is counted from it.
      manifest: 'manifest.json',
      target: engines,
      cssTarget: engines,
      rolldownOptions: {
        input: inputs(root),
        output: {
          entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
          // What comes late and is not ours changes seldom: kept by itself, it stays on the phone from one version to the next.
          codeSplitting: {
            groups: [
              { name: 'lib-d3', test: /node_modules[\\/](d3-|internmap)/ },
              { name: 'lib-map', test: /node_modules[\\/](leaflet|supercluster|kdbush)/ },
              { name: 'lib-photo', test: /node_modules[\\/](compressorjs|blueimp-canvas-to-blob|is-blob)/ },
            ],
          },
        },
      },
    },
  };
}

export default defineConfig({
  builder: {
    async buildApp({ config, environments }) {
      const present = Object.entries(pages).filter(([folder]) =>
        existsSync(join(import.meta.dirname, folder, 'index.html')),
      );
      for (const [folder, engines] of present) await build(page(folder, engines, config.logLevel));
      // Without this Vite looks for a page in the root, too.
      for (const environment of Object.values(environments)) environment.isBuilt = true;
    },
  },
});
