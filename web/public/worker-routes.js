// Part of the service worker. What the box itself answers goes to it directly: where the browser can be told
// so beforehand, such a request neither starts the worker nor waits for one that is just taking over.
self.addEventListener('install', (event) => {
  const toBox = (pathname) => ({ condition: { urlPattern: { pathname } }, source: 'network' });
  event.addRoutes?.([toBox('/api/*'), toBox('/healthz')]);
});
