// Where a row of evidence can be looked at, for whoever may look there.

import type { Clue } from '../../lib/api/types.ts';
import { can } from '../../lib/session.svelte.ts';

export function traced(trace: Clue['trace']): string | undefined {
  switch (trace?.kind) {
    case 'shipment':
      return can('see_shipments') ? `/shipments/${trace.id}` : undefined;
    case 'pick':
      return can('pick') ? `/picks/${trace.id}` : undefined;
    case 'variance':
      return trace.case ? `/cases/${trace.case}/investigation` : undefined;
    case 'movement':
      return can('journal') ? `/admin/record?before=${trace.seq + 1}` : undefined;
    case 'sale':
      return trace.case && can('cases') ? `/cases/${trace.case}` : undefined;
    default:
      return undefined;
  }
}
