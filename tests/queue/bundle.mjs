// The app's own code as one file, made as for a browser: a module that Node can import, or a script that
// a page can run.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const web = fileURLToPath(new URL('../../web/', import.meta.url));

/** `format`: "es", or "iife" with everything under the global `App`. Gives the file's path. */
export async function bundleApp(outDir, format = 'es') {
  const require = createRequire(join(web, 'package.json'));
  const load = async (name) => import(pathToFileURL(require.resolve(name)));
  const [{ build }, { svelte }] = await Promise.all([load('vite'), load('@sveltejs/vite-plugin-svelte')]);
  await build({
    root: web,
    configFile: false,
    logLevel: 'error',
    plugins: [svelte()],
    build: {
      lib: { entry: join(here, 'app.ts'), formats: [format], name: 'App', fileName: () => 'app.js' },
      outDir, target: format === 'es' ? 'node20' : 'es2022', minify: false, copyPublicDir: false,
    },
  });
  return join(outDir, 'app.js');
}
