// The whole map of screens. Each is loaded when first opened and receives the path's `params`; the
// permission named in `needs` (any one of them) decides only what is shown: the box decides the rest.

import type { Component } from 'svelte';
import type { Permission } from './lib/api/types.ts';

export interface ScreenProps {
  params: Record<string, string>;
}

export interface Route {
  path: string;
  needs?: Permission[];
  /** Which way of the navigation it belongs to. */
  under?: string;
  /** Without navigation and scan bar. */
  bare?: boolean;
  load: () => Promise<{ default: Component<ScreenProps> }>;
}

export const routes: Route[] = [
  { path: '/', under: '/', load: () => import('./screens/home/home.svelte') },
  { path: '/more', under: '/more', load: () => import('./screens/home/more.svelte') },

  {
    path: '/request',
    needs: ['request'],
    under: '/requests',
    load: () => import('./screens/restock/request.svelte'),
  },
  {
    path: '/requests',
    needs: ['request', 'pick'],
    under: '/requests',
    load: () => import('./screens/restock/mine.svelte'),
  },
  {
    path: '/requests/:id',
    needs: ['request', 'pick'],
    under: '/requests',
    load: () => import('./screens/restock/detail.svelte'),
  },
  {
    path: '/queue',
    needs: ['pick'],
    under: '/queue',
    load: () => import('./screens/picks/queue.svelte'),
  },
  {
    path: '/picks/:id',
    needs: ['pick', 'receive_tote'],
    under: '/queue',
    load: () => import('./screens/picks/pick.svelte'),
  },
  {
    path: '/receive',
    needs: ['receive_tote'],
    under: '/',
    load: () => import('./screens/receiving/totes.svelte'),
  },
  {
    path: '/receive/:id',
    needs: ['receive_tote'],
    under: '/',
    load: () => import('./screens/receiving/receive.svelte'),
  },
  { path: '/board', bare: true, load: () => import('./screens/kiosk/board.svelte') },

  {
    path: '/move',
    needs: ['move'],
    under: '/move',
    load: () => import('./screens/move/move.svelte'),
  },
  {
    path: '/stock',
    needs: ['see_stock'],
    under: '/stock',
    load: () => import('./screens/stock/search.svelte'),
  },
  {
    path: '/transit',
    needs: ['see_stock'],
    under: '/stock',
    load: () => import('./screens/stock/transit.svelte'),
  },
  {
    path: '/products/:id',
    needs: ['see_stock'],
    under: '/stock',
    load: () => import('./screens/stock/product.svelte'),
  },
  {
    path: '/packages/:id',
    needs: ['see_stock'],
    under: '/stock',
    load: () => import('./screens/stock/package.svelte'),
  },
  {
    path: '/places/:id',
    needs: ['see_stock'],
    under: '/stock',
    load: () => import('./screens/stock/place.svelte'),
  },

  ...['P', 'L', 'T', 'C', 'B', 'E'].map((letter) => ({
    path: `/${letter}/:code`,
    load: () => import('./screens/shell/link.svelte'),
  })),
];
