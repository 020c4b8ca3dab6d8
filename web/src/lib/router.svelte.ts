// Where the app is: the path, its query, and how to go elsewhere. History API, no hashes.
// Knows nothing of the screens; `routes.ts` has the map.

export interface RouteMatch<R> {
  route: R;
  params: Record<string, string>;
}

class Router {
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));
  /** How many of our own entries lie behind this one, so that `back` never leaves the app. */
  depth = 0;

  read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
    this.depth = typeof history.state?.depth === 'number' ? history.state.depth : 0;
  }
}

export const router = new Router();

/** Goes to a path of ours ("/picks/12?print=1"). `replace` leaves no entry to come back to. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  const depth = options.replace ? router.depth : router.depth + 1;
  if (options.replace) history.replaceState({ depth }, '', to);
  else if (to !== location.pathname + location.search) history.pushState({ depth }, '', to);
  router.read();
  if (!options.replace) scrollTo(0, 0);
}

/** One step back inside the app, or to `fallback` when this screen was opened directly. */
export function back(fallback = '/'): void {
  if (router.depth > 0) history.back();
  else go(fallback, { replace: true });
}

/** The first route whose pattern ("/picks/:id") fits the path; the letter case is ignored for
 *  one-letter first segments, because printed QR codes are upper case. */
export function match<R extends { path: string }>(
  routes: readonly R[],
  path: string,
): RouteMatch<R> | null {
  const have = segments(path);
  for (const route of routes) {
    const want = segments(route.path);
    if (want.length !== have.length) continue;
    const params: Record<string, string> = {};
    const fits = want.every((part, i) => {
      const given = have[i] ?? '';
      if (part.startsWith(':')) {
        params[part.slice(1)] = given;
        return true;
      }
      return part.length === 1 ? part.toLowerCase() === given.toLowerCase() : part === given;
    });
    if (fits) return { route, params };
  }
  return null;
}

function segments(path: string): string[] {
  return path.split('/').filter(Boolean).map(decode);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % is taken as it stands
  }
}

/** Starts listening to the browser's back button and to clicks on plain links of ours. */
export function startRouter(): void {
  router.read();
  addEventListener('popstate', () => router.read());
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname.startsWith('/api/')) return;
    if (url.hash && url.pathname === location.pathname) return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
}
