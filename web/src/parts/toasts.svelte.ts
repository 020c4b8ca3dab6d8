// Owns the short messages at the edge of the screen. One at a time per text; they leave by themselves,
// slower when they carry an action.

import type { IconName } from './icons.ts';

export interface Toast {
  id: number;
  text: string;
  tone: 'right' | 'wrong' | 'info';
  icon?: IconName;
  action?: { label: string; run: () => void };
}

let next = 1;
export const toasts = $state<{ list: Toast[] }>({ list: [] });

/** Shows a message; answers its number, for `dismiss`. */
export function toast(text: string, options: Partial<Omit<Toast, 'id' | 'text'>> = {}): number {
  const id = next++;
  toasts.list = [
    ...toasts.list.filter((one) => one.text !== text).slice(-2),
    { id, text, tone: 'info', ...options },
  ];
  setTimeout(() => dismiss(id), options.action ? 9000 : 5000);
  return id;
}

export function dismiss(id: number): void {
  toasts.list = toasts.list.filter((one) => one.id !== id);
}
