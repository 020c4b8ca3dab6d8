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
  /** Someone is in the middle of something here: a newer version of the app waits until they are out. */
  job?: boolean;
  load: () => Promise<{ default: Component<ScreenProps> }>;
}

export const routes: Route[] = [
  { path: '/', under: '/', load: () => import('./screens/home/home.svelte') },
  { path: '/scanner', load: () => import('./screens/scanner/scanner.svelte') },
  { path: '/more', under: '/more', load: () => import('./screens/home/more.svelte') },

  {
    path: '/request',
    needs: ['request'],
    under: '/requests',
    job: true,
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
    job: true,
    load: () => import('./screens/picks/pick.svelte'),
  },
  {
    path: '/orders',
    needs: ['see_orders'],
    under: '/',
    load: () => import('./screens/orders/orders.svelte'),
  },
  {
    path: '/orders/new',
    needs: ['work_orders'],
    under: '/',
    job: true,
    load: () => import('./screens/orders/new.svelte'),
  },
  {
    path: '/orders/times',
    needs: ['see_orders'],
    under: '/',
    load: () => import('./screens/orders/times.svelte'),
  },
  {
    path: '/orders/:id',
    needs: ['see_orders'],
    under: '/',
    job: true,
    load: () => import('./screens/orders/order.svelte'),
  },
  {
    path: '/orders/:id/pack',
    needs: ['pick'],
    under: '/',
    job: true,
    load: () => import('./screens/orders/pack.svelte'),
  },
  {
    path: '/orders/:id/handover',
    needs: ['hand_over'],
    under: '/',
    job: true,
    load: () => import('./screens/orders/handover.svelte'),
  },
  {
    path: '/orders/:id/putback',
    needs: ['pick'],
    under: '/',
    job: true,
    load: () => import('./screens/orders/putback.svelte'),
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
    job: true,
    load: () => import('./screens/receiving/receive.svelte'),
  },
  {
    path: '/shipments',
    needs: ['see_shipments'],
    under: '/',
    load: () => import('./screens/dock/shipments.svelte'),
  },
  {
    path: '/shipments/:id',
    needs: ['see_shipments'],
    under: '/',
    job: true,
    load: () => import('./screens/dock/shipment.svelte'),
  },
  {
    path: '/quarantine',
    needs: ['quarantine'],
    under: '/stock',
    load: () => import('./screens/quarantine/quarantine.svelte'),
  },
  {
    path: '/recalls',
    needs: ['recall'],
    under: '/more',
    load: () => import('./screens/quarantine/recalls.svelte'),
  },
  {
    path: '/recalls/:id',
    needs: ['recall'],
    under: '/more',
    load: () => import('./screens/quarantine/recall.svelte'),
  },
  {
    path: '/counts',
    needs: ['see_counts'],
    under: '/',
    load: () => import('./screens/counts/counts.svelte'),
  },
  {
    path: '/counts/trend',
    needs: ['see_counts'],
    under: '/',
    load: () => import('./screens/counts/trend.svelte'),
  },
  {
    path: '/counts/:id',
    needs: ['see_counts'],
    under: '/',
    job: true,
    load: () => import('./screens/counts/count.svelte'),
  },
  {
    path: '/cases/:id/correction',
    needs: ['adjust'],
    under: '/more',
    job: true,
    load: () => import('./screens/adjust/correction.svelte'),
  },
  {
    path: '/investigations',
    needs: ['see_investigations'],
    under: '/more',
    load: () => import('./screens/investigate/investigations.svelte'),
  },
  {
    path: '/cases/:id/investigation',
    needs: ['see_investigations'],
    under: '/more',
    job: true,
    load: () => import('./screens/investigate/investigation.svelte'),
  },
  {
    path: '/shrink',
    needs: ['see_investigations'],
    under: '/more',
    load: () => import('./screens/investigate/shrink.svelte'),
  },
  {
    path: '/adjustments',
    needs: ['see_adjustments'],
    under: '/more',
    load: () => import('./screens/adjust/adjustments.svelte'),
  },
  {
    path: '/worklist',
    needs: ['see_adjustments'],
    under: '/more',
    load: () => import('./screens/adjust/worklist.svelte'),
  },
  { path: '/device', load: () => import('./screens/device/device.svelte') },
  { path: '/board', bare: true, load: () => import('./screens/kiosk/board.svelte') },

  {
    path: '/move',
    needs: ['move'],
    under: '/move',
    job: true,
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

  {
    path: '/cases',
    needs: ['cases'],
    under: '/more',
    load: () => import('./screens/admin/cases.svelte'),
  },
  {
    path: '/cases/:id',
    needs: ['cases'],
    under: '/more',
    load: () => import('./screens/admin/case.svelte'),
  },
  {
    path: '/tasks',
    needs: ['tasks'],
    under: '/more',
    load: () => import('./screens/admin/tasks.svelte'),
  },
  {
    path: '/admin/products',
    needs: ['edit_catalogue'],
    under: '/more',
    load: () => import('./screens/admin/products.svelte'),
  },
  {
    path: '/admin/places',
    needs: ['edit_catalogue'],
    under: '/more',
    load: () => import('./screens/admin/places.svelte'),
  },
  {
    path: '/admin/imports',
    needs: ['import'],
    under: '/more',
    load: () => import('./screens/admin/imports.svelte'),
  },
  {
    path: '/admin/imports/:id',
    needs: ['import'],
    under: '/more',
    job: true,
    load: () => import('./screens/admin/import.svelte'),
  },
  {
    path: '/admin/order-sources',
    needs: ['order_sources'],
    under: '/more',
    load: () => import('./screens/admin/order-sources.svelte'),
  },
  {
    path: '/admin/people',
    needs: ['people'],
    under: '/more',
    load: () => import('./screens/admin/people.svelte'),
  },
  {
    path: '/admin/devices',
    needs: ['devices'],
    under: '/more',
    load: () => import('./screens/admin/devices.svelte'),
  },
  {
    path: '/admin/settings',
    needs: ['settings'],
    under: '/more',
    load: () => import('./screens/admin/settings.svelte'),
  },
  {
    path: '/admin/certificate',
    needs: ['certificate'],
    under: '/more',
    load: () => import('./screens/admin/certificate.svelte'),
  },
  {
    path: '/admin/channels',
    needs: ['settings'],
    under: '/more',
    load: () => import('./screens/admin/channels.svelte'),
  },
  {
    path: '/admin/permissions',
    under: '/more',
    load: () => import('./screens/admin/permissions.svelte'),
  },
  {
    path: '/admin/record',
    needs: ['journal'],
    under: '/more',
    load: () => import('./screens/admin/record.svelte'),
  },

  ...['P', 'L', 'T', 'C', 'O', 'B', 'E'].map((letter) => ({
    path: `/${letter}/:code`,
    load: () => import('./screens/shell/link.svelte'),
  })),
];
