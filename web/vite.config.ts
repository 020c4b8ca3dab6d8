import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { compress } from './compress.ts';

// `npm run dev` shows the screens against a running box: BOX=https://127.0.0.1:8443 npm run dev
const box = process.env.BOX ?? 'https://127.0.0.1:8443';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** A file of texts holds both languages side by side. Bundled once for each, every language's chunk
 *  keeps only its own half. */
const languages: Plugin = {
  name: 'one-language-per-chunk',
  apply: 'build',
  enforce: 'pre',
  resolveId: {
    filter: { id: /^\.\/\w+\.ts$/ },
    async handler(source, importer, options) {
      const language = /messages\/(en|es)\.ts$/.exec(importer ?? '')?.[1];
      if (!language || source.endsWith('shape.ts')) return null;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      return found && `${found.id}?${language}`;
    },
  },
};

/** sw.js: keeps the whole app on the device, and nothing that the box answers. What the API says is kept
 *  by the app, which knows whose it is; a worker's cache would not. lib/app.svelte.ts registers it. */
const worker = VitePWA({
  registerType: 'prompt',
  injectRegister: false,
  manifest: false,
  workbox: {
    mode: 'production',
    globPatterns: ['**/*.{html,js,css,wasm,svg,png,webmanifest}'],
    // Their names carry a hash of their content.
    dontCacheBustURLsMatching: /^assets\//,
    navigateFallback: '/index.html',
    // The box's own answers (a slip as PDF, health), and whatever is named like a file.
    navigateFallbackDenylist: [/^\/api\//, /^\/healthz/, /^[^?]*\.[^/?]*(\?|$)/],
    clientsClaim: true,
    cleanupOutdatedCaches: true,
    inlineWorkboxRuntime: true,
    importScripts: ['worker-routes.js'],
    globIgnores: ['worker-routes.js'],
  },
});

export default defineConfig(({ mode }) => ({
  plugins: [languages, svelte(), mode === 'test' ? [] : [worker, compress]],
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    target: 'es2022',
    // The content security policy allows no data: scripts or styles, so every asset stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    sourcemap: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What most screens share comes as one file: it compresses better and is one request.
          groups: [{ name: 'base', test: /\/(parts|lib|node_modules)\//, minShareCount: 4 }],
        },
      },
    },
  },
  worker: { format: 'es' },
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  server: { proxy: { '/api': { target: box, secure: false, changeOrigin: true } } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/lib/messages/loaded.test-setup.ts'],
    restoreMocks: true,
    testTimeout: 20_000,
  },
}));
