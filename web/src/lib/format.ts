// Numbers, quantities, money and times in the words of the chosen language and the store's zone.
// Reactive where it reads the language, the zone or the clock.

import type { Quantity, Unit } from './api/types.ts';
import { clock } from './clock.svelte.ts';
import { t } from './messages/index.svelte.ts';
import { prefs } from './prefs.svelte.ts';
import { session } from './session.svelte.ts';

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function locale(): string {
  return prefs.language === 'es' ? 'es-US' : 'en-US';
}

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${locale()}${JSON.stringify(options)}`;
  const found = cache.get(key) ?? new Intl.NumberFormat(locale(), options);
  cache.set(key, found);
  return found as Intl.NumberFormat;
}

function dates(options: Intl.DateTimeFormatOptions, zone = session.zone): Intl.DateTimeFormat {
  const key = `d${locale()}${zone}${JSON.stringify(options)}`;
  const found = cache.get(key) ?? new Intl.DateTimeFormat(locale(), { ...options, timeZone: zone });
  cache.set(key, found);
  return found as Intl.DateTimeFormat;
}

/** "1,114.35": a decimal string, grouped, with the decimals it has. */
export function number(value: string | number): string {
  const format = numbers({ maximumFractionDigits: 4 });
  // Intl takes decimal strings exactly; TypeScript's own list of types does not know it yet.
  return format.format(value as unknown as number);
}

/** "3.5 g", "12 ea" as people say it: "12". `bare` units: each is not written out. */
export function quantity(given: Quantity): string;
export function quantity(value: string, unit: Unit): string;
export function quantity(given: Quantity | string, unit?: Unit): string {
  const value = typeof given === 'string' ? given : given.value;
  const name = typeof given === 'string' ? unit! : given.unit;
  return `${number(value)} ${unitName(name)}`;
}

/** "ea", "g", "fl oz". */
export function unitName(unit: Unit): string {
  return t.common.units[unit];
}

/** "$1,114.35" of integer cents. */
export function money(cents: number): string {
  return numbers({ style: 'currency', currency: 'USD' }).format(cents / 100);
}

/** "2:05 PM" in the store. */
export function time(at: string): string {
  return dates({ hour: 'numeric', minute: '2-digit' }).format(new Date(at));
}

/** "2 PM" of 14: an hour of the day. */
export function hour(of: number): string {
  return dates({ hour: 'numeric' }, 'UTC').format(Date.UTC(2026, 0, 1, of));
}

/** "Nov 23" or, of another year, "Nov 23, 2025". Takes a date or a time. */
export function date(at: string): string {
  const plain = /^\d{4}-\d{2}-\d{2}$/.test(at);
  const day = new Date(plain ? `${at}T12:00:00Z` : at);
  const zone = plain ? 'UTC' : session.zone;
  const sameYear = day.getUTCFullYear() === new Date(clock.now).getUTCFullYear();
  const year = sameYear ? undefined : ('numeric' as const);
  return dates({ month: 'short', day: 'numeric', year }, zone).format(day);
}

/** "Nov 23, 2:05 PM". */
export function dateTime(at: string): string {
  return `${date(at)}, ${time(at)}`;
}

/** The time alone when it is today, else date and time. */
export function when(at: string): string {
  const day = dates({ year: 'numeric', month: 'numeric', day: 'numeric' });
  return day.format(new Date(at)) === day.format(clock.now) ? time(at) : dateTime(at);
}

/** How long since (or until): "now", "4 min", "2 h 10 min", "3 days". Ticks. */
export function age(at: string): string {
  return duration(Math.abs(clock.now - Date.parse(at)));
}

/** "45 s", "4 min", "2 h 10 min", "3 days". */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return t.common.just_now;
  if (minutes < 60) return t.common.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t.common.hours(hours, minutes % 60);
  return t.common.days(Math.floor(hours / 24));
}

/** Minutes and seconds left until a time, "1:59"; "0:00" when past. Ticks coarsely by the clock:
 *  a countdown reads it every second itself. */
export function countdown(until: string, now = clock.now): string {
  const left = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}

/** Whole days from today in the store to a date; negative when past. */
export function daysUntil(plainDate: string): number {
  const parts = dates({ year: 'numeric', month: '2-digit', day: '2-digit' });
  const today = Object.fromEntries(parts.formatToParts(clock.now).map((p) => [p.type, p.value]));
  const from = Date.UTC(Number(today['year']), Number(today['month']) - 1, Number(today['day']));
  return Math.round((Date.parse(`${plainDate}T00:00:00Z`) - from) / 86_400_000);
}

/** "1.4 MB". */
export function bytes(count: number): string {
  const names = ['B', 'KB', 'MB', 'GB', 'TB'];
  const step = Math.min(names.length - 1, count > 0 ? Math.floor(Math.log10(count) / 3) : 0);
  const digits = step === 0 ? 0 : 1;
  return `${numbers({ maximumFractionDigits: digits }).format(count / 1000 ** step)} ${names[step]}`;
}

/** The part of a 24-character tag people read out: its last seven. */
export function tagTail(tag: string): string {
  return tag.slice(-7);
}
