import { mount } from 'svelte';
import App from './app.svelte';
import { clock } from './lib/clock.svelte.ts';
import { followLanguage, loadMessages } from './lib/messages/index.svelte.ts';
import { outbox } from './lib/outbox.svelte.ts';
import { prefs } from './lib/prefs.svelte.ts';
import { startRouter } from './lib/router.svelte.ts';
import { startScanning } from './lib/scan/index.svelte.ts';
import { session } from './lib/session.svelte.ts';

// After an update of the box a page still open may ask for a part that is gone: load it anew,
// once, lest a part that is truly missing reload for ever.
addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('reloaded') ?? 0);
  if (Date.now() - last < 30_000) return;
  sessionStorage.setItem('reloaded', String(Date.now()));
  event.preventDefault();
  location.reload();
});

prefs.apply();
startRouter();
clock.start();
startScanning();
session.onEntered(async () => {
  if (!session.can('see_stock')) return;
  const { keepCopy } = await import('./lib/copy/index.svelte.ts');
  await keepCopy();
});
session.start();
void outbox.start();
await loadMessages(prefs.language);
followLanguage();
mount(App, { target: document.getElementById('app')! });
