import { mount } from 'svelte';
import App from './app.svelte';
import { app } from './lib/app.svelte.ts';
import { clock } from './lib/clock.svelte.ts';
import { install } from './lib/install.svelte.ts';
import { live } from './lib/live.svelte.ts';
import { followLanguage, loadMessages } from './lib/messages/index.svelte.ts';
import { outbox } from './lib/outbox.svelte.ts';
import { prefs } from './lib/prefs.svelte.ts';
import { startRouter } from './lib/router.svelte.ts';
import { startScanning } from './lib/scan/index.svelte.ts';
import { session } from './lib/session.svelte.ts';

// After an update of the box a page still open may ask for a part that is gone: load it anew,
// once, lest a part that is truly missing reload for ever. Without a worker only when the box is there
// to load it from: else the page, and what is on it, would be lost to the browser's own error page.
addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('reloaded') ?? 0);
  if (Date.now() - last < 30_000) return;
  const anew = () => {
    sessionStorage.setItem('reloaded', String(Date.now()));
    location.reload();
  };
  if (navigator.serviceWorker?.controller) {
    event.preventDefault();
    anew();
  } else void fetch('/', { method: 'HEAD', cache: 'no-store' }).then(anew, () => {});
});

install.start();
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
live.onLive(() => app.boxIsBack());
requestAnimationFrame(() => setTimeout(() => app.start()));
