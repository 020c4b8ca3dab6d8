// A refusal in words: the catalogue's text for its code, with the problem's members filled in. An
// unknown code falls back to the box's own sentence, which is English.

import { Problem } from './api/client.ts';
import type { BlockReason, PackageRef, PlaceRef, Role } from './api/types.ts';
import { duration, quantity, tagTail, time, unitName } from './format.ts';
import { t } from './messages/index.svelte.ts';
import { showCode } from './scan/parse.ts';
import type { Facts } from './messages/errors.ts';

export interface Explained {
  title: string;
  text: string;
}

export function explain(error: unknown): Explained {
  const { errors } = t;
  if (!(error instanceof Problem)) {
    return { title: errors.unexpected.title, text: errors.unexpected.text(NO_FACTS) };
  }
  if (error.code === 'certificate_refused') {
    return { title: t.certificate.refused, text: certificateRefusal(error) };
  }
  const known = errors[error.code as keyof typeof errors];
  if (!known) return { title: errors.unexpected.title, text: error.detail };
  // What a form got wrong is said best by the box, which names the field and the limit.
  if (error.code === 'bad_request' && error.detail) return { title: known.title, text: error.detail };
  return { title: known.title, text: known.text(factsOf(error)) };
}

/** One line: "Wrong bin. Go to A-3 and scan it." */
export function inWords(error: unknown): string {
  const { title, text } = explain(error);
  return `${title}. ${text}`;
}

const NO_FACTS: Facts = {
  expected: null, by: null, pick: null, order: null, available: null, left: null, reasons: null, roles: null,
  field: null, line: null, next: null, at: null, lots: null, wait: null, tries: null,
};

export function factsOf(problem: Problem): Facts {
  const { extra } = problem;
  const wait = problem.retryAfter;
  return {
    expected: expectedOf(extra['expected']),
    by: nameOf(extra['by'] ?? extra['who'] ?? extra['first'] ?? members(extra['line'])?.['by']),
    pick: codeOf(extra['pick']),
    order: orderOf(extra['order']),
    available: quantityOf(extra['available']),
    left: quantityOf(extra['left']),
    reasons: list(extra['reasons'], (reason) => t.common.blocked[reason as BlockReason]),
    roles: list(extra['needs'], (role) => t.common.roles[role as Role]),
    field: textOf(extra['field']),
    line: textOf(extra['line']),
    next: nextOf(extra['next']),
    at: timeOf(extra['at']),
    lots: lotsOf(extra['lots']),
    wait: wait === null ? null : wait < 60 ? `${Math.ceil(wait)} s` : duration(wait * 1000),
    tries: textOf(extra['attempts_left']),
  };
}

function certificateRefusal({ extra, detail }: Problem): string {
  const { refusals } = t.certificate;
  return refusals[extra['why'] as keyof typeof refusals]?.(textOf(extra['name'])) ?? detail;
}

type Members = Record<string, unknown>;
const members = (value: unknown): Members | null =>
  value !== null && typeof value === 'object' ? (value as Members) : null;

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function nameOf(value: unknown): string | null {
  return textOf(members(value)?.['name'] ?? value);
}

/** An order's code as it is printed. */
function orderOf(value: unknown): string | null {
  return typeof value === 'string' ? showCode(value) : null;
}

function codeOf(value: unknown): string | null {
  return textOf(members(value)?.['code'] ?? value);
}

function quantityOf(value: unknown): string | null {
  const given = members(value);
  if (given && typeof given['value'] === 'string' && typeof given['unit'] === 'string') {
    return quantity(given as unknown as { value: string; unit: 'g' });
  }
  return textOf(value);
}

/** A place, a package, a unit, or a package in a bin. */
function expectedOf(value: unknown): string | null {
  const given = members(value);
  if (!given) {
    const unit = textOf(value);
    return unit !== null && unit in t.common.units ? unitName(unit as 'g') : unit;
  }
  const parts = [given['package'], given['bin']].map(expectedOf).filter((part) => part !== null);
  if (parts.length > 0) return parts.join(', ');
  if (typeof given['tag'] === 'string') {
    const { tag, product } = given as unknown as PackageRef;
    return `${product.name} (…${tagTail(tag)})`;
  }
  return (given as unknown as PlaceRef).name ?? null;
}

function nextOf(value: unknown): string | null {
  const line = members(value);
  return line ? expectedOf({ package: line['package'], bin: line['bin'] }) : null;
}

function timeOf(value: unknown): string | null {
  return typeof value === 'string' && Number.isFinite(Date.parse(value)) ? time(value) : null;
}

/** Up to three lots: "B-02: Gummies (…0012345)". */
function lotsOf(value: unknown): string | null {
  if (!Array.isArray(value)) return null;
  const each = value.map((lot) => {
    const [bin, one] = [expectedOf(members(lot)?.['bin']), expectedOf(members(lot)?.['package'])];
    return bin && one ? `${bin}: ${one}` : null;
  });
  return each.filter((lot) => lot !== null).join('; ') || null;
}

function list(value: unknown, word: (item: string) => string | undefined): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.map((item) => word(String(item)) ?? String(item)).join(', ');
}
