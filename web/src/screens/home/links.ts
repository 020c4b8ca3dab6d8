// What stands under More: the screens of running the store, by what this person may do.

import type { Permission } from '../../lib/api/types.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { can } from '../../lib/session.svelte.ts';
import type { IconName } from '../../parts/icons.ts';

export interface Link {
  href: string;
  label: string;
  icon: IconName;
  needs: Permission;
  group: 'store' | 'watch' | 'box';
}

/** What those have, too, who run nothing. */
const OF_THE_FLOOR: Permission[] = [
  'tasks', 'cases', 'see_shipments', 'see_counts', 'quarantine', 'recall', 'see_investigations',
  'see_adjustments', 'see_orders',
];

/** Only for those who run something: a budtender and a technician have no such screens. */
export function adminLinks(): Link[] {
  const all: Link[] = [
    { href: '/orders', label: t.orders.title, icon: 'bag', needs: 'see_orders', group: 'watch' },
    { href: '/shipments', label: t.dock.title, icon: 'truck', needs: 'see_shipments', group: 'watch' },
    { href: '/counts', label: t.counts.title, icon: 'task', needs: 'see_counts', group: 'watch' },
    { href: '/quarantine', label: t.dock.quarantine, icon: 'lock', needs: 'quarantine', group: 'watch' },
    { href: '/recalls', label: t.dock.recalls, icon: 'warn', needs: 'recall', group: 'watch' },
    { href: '/investigations', label: t.investigate.title, icon: 'search', needs: 'see_investigations', group: 'watch' },
    { href: '/adjustments', label: t.adjust.title, icon: 'edit', needs: 'see_adjustments', group: 'watch' },
    { href: '/worklist', label: t.adjust.worklist, icon: 'task', needs: 'see_adjustments', group: 'watch' },
    { href: '/cases', label: t.shell.admin_cases, icon: 'case', needs: 'cases', group: 'watch' },
    { href: '/tasks', label: t.shell.admin_tasks, icon: 'task', needs: 'tasks', group: 'watch' },
    {
      href: '/admin/record',
      label: t.shell.admin_record,
      icon: 'shield',
      needs: 'journal',
      group: 'watch',
    },
    {
      href: '/admin/products',
      label: t.shell.admin_catalogue,
      icon: 'stock',
      needs: 'edit_catalogue',
      group: 'store',
    },
    {
      href: '/admin/places',
      label: t.shell.admin_places,
      icon: 'place',
      needs: 'edit_catalogue',
      group: 'store',
    },
    {
      href: '/admin/imports',
      label: t.shell.admin_import,
      icon: 'upload',
      needs: 'import',
      group: 'store',
    },
    {
      href: '/admin/order-sources',
      label: t.orders.sources,
      icon: 'bag',
      needs: 'order_sources',
      group: 'store',
    },
    {
      href: '/admin/people',
      label: t.shell.admin_people,
      icon: 'people',
      needs: 'people',
      group: 'box',
    },
    {
      href: '/admin/devices',
      label: t.shell.admin_devices,
      icon: 'device',
      needs: 'devices',
      group: 'box',
    },
    {
      href: '/admin/settings',
      label: t.shell.admin_settings,
      icon: 'settings',
      needs: 'settings',
      group: 'box',
    },
  ];
  const shown = all.filter((link) => can(link.needs));
  const runs = shown.some((link) => !OF_THE_FLOOR.includes(link.needs));
  return runs ? shown : [];
}
