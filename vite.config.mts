import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, defineConfig, type InlineConfig } from 'vite';

/** Folder of each page → the oldest engines it must run on. `npx vite build` puts them in dist/<folder>. */
const pages: Record<string, string[]> = {
  'sandbox/page': ['chrome87', 'safari14'],
  // DingTalk's webview in government builds is still Chromium 69.
  miniapp: ['chrome69', 'safari13'],
};

function page(folder: string, engines: string[], logLevel: InlineConfig['logLevel']): InlineConfig {
  return {
    configFile: false,
    root: join(import.meta.dirname, folder),
    base: './',
    logLevel,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: join(import.meta.dirname, 'dist', folder),
      emptyOutDir: true,
      target: engines,
      cssTarget: engines,
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
