// A request's way as a timeline: what has happened, with its time, and what comes next.

import type { Request } from '../../lib/api/types.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import type { IconName } from '../../parts/icons.ts';

export interface Step {
  key: string;
  text: string;
  at: string | null;
  icon: IconName;
  tone: 'plain' | 'right' | 'wrong' | 'warn' | 'accent';
}

export function stepsOf(request: Request): Step[] {
  const steps: Step[] = [
    {
      key: 'asked',
      text: t.restock.step_asked(request.by.name),
      at: request.at,
      icon: 'restock',
      tone: 'right',
    },
  ];
  if (request.state === 'cancelled') {
    const at = request.done_at;
    return [
      ...steps,
      { key: 'cancelled', text: t.restock.step_cancelled, at, icon: 'close', tone: 'plain' },
    ];
  }
  if (request.state === 'open') {
    steps.push({
      key: 'waiting',
      text: t.restock.step_waiting,
      at: null,
      icon: 'clock',
      tone: 'accent',
    });
  }
  if (request.picker) {
    const now = request.state === 'picking';
    steps.push({
      key: 'picking',
      text: t.restock.step_picking(request.picker.name),
      at: null,
      icon: 'pick',
      tone: now ? 'accent' : 'right',
    });
  }
  if (request.handed_at) {
    const by = request.carrier?.name ?? request.picker?.name ?? '';
    steps.push({
      key: 'transit',
      text: t.restock.step_transit(by, request.to?.name ?? request.station.name),
      at: request.handed_at,
      icon: 'tote',
      tone: request.state === 'done' ? 'right' : request.late ? 'wrong' : 'warn',
    });
  }
  if (request.state === 'done') {
    steps.push({
      key: 'done',
      text: t.restock.step_done,
      at: request.done_at,
      icon: 'check',
      tone: 'right',
    });
  }
  return steps;
}
