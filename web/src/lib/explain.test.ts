import { afterEach, describe, expect, it } from 'vitest';
import { Problem } from './api/client.ts';
import { explain } from './explain.ts';
import { en } from './messages/errors.ts';
import { prefs } from './prefs.svelte.ts';

const CONTRACT = [
  'bad_request', 'signed_out', 'not_enrolled', 'forbidden', 'not_found', 'key_reused', 'too_large',
  'too_many_requests', 'busy', 'outcome_unknown', 'internal', 'read_only', 'changed_meanwhile',
  'not_enough', 'blocked_place', 'same_place', 'reserved', 'unit_mismatch', 'not_yours',
  'later_depends', 'not_undoable', 'nothing_requested', 'unknown_product', 'not_a_station',
  'too_late_to_cancel', 'already_claimed', 'wrong_bin', 'wrong_product', 'newer_lot', 'too_many',
  'already_picked', 'order_left', 'not_pickable', 'not_there', 'no_tote', 'not_your_pick', 'pick_closed',
  'approval_needed', 'approval_invalid', 'tote_in_use', 'not_a_tote', 'nothing_picked',
  'lines_open', 'lines_short', 'may_not_go', 'must_quarantine',
];

afterEach(() => (prefs.language = 'en'));

describe('explain', () => {
  it('has words for every refusal of the contract', () => {
    expect(CONTRACT.filter((code) => !(code in en))).toEqual([]);
  });

  it('says what was expected', () => {
    const pack = { id: 4, tag: '1A4060300000C1F000044136', product: { name: 'Blue Dream 3.5 g' } };
    const wrong = new Problem(409, 'wrong_product', 'x', { expected: pack });
    expect(explain(wrong).text).toBe('Expected: Blue Dream 3.5 g (…0044136). Put this one back.');
    const bin = { id: 3, name: 'A-3', kind: 'bin', code: 'X' };
    const newer = new Problem(409, 'newer_lot', 'x', { expected: { package: pack, bin } });
    expect(explain(newer).text).toContain('Blue Dream 3.5 g (…0044136), A-3');
    const many = new Problem(409, 'too_many', 'x', { left: { value: '2', unit: 'ea' } });
    expect(explain(many).text).toBe('Only 2 ea left to take on this line.');
    const left = new Problem(409, 'order_left', 'x', { order: 'R7K2QF', expected: bin });
    expect(explain(left).text).toBe(
      'Order R7K-2QF was cancelled or given back. Put it back into A-3: the books still have it there.',
    );
    const reasons = new Problem(409, 'not_pickable', 'x', { reasons: ['recalled', 'expired'] });
    expect(explain(reasons).text).toContain('Recalled, Expired');
  });

  it('says it in Spanish', () => {
    prefs.language = 'es';
    const late = new Problem(409, 'too_late_to_cancel', 'x', { by: { id: 1, name: 'Ana' } });
    expect(explain(late)).toEqual({
      title: 'Ya no se puede cancelar',
      text: 'Ana ya lo está surtiendo. Hable con esa persona.',
    });
  });

  it('falls back to the box’s sentence for a code it does not know', () => {
    const odd = new Problem(409, 'brand_new', 'The moon is in the way.');
    expect(explain(odd).text).toBe('The moon is in the way.');
    expect(explain(new Error('x')).title).toBe(en.unexpected.title);
  });

  it('leaves no gap in a text when the members are missing', () => {
    for (const code of CONTRACT) {
      const { text } = explain(new Problem(409, code, '', {}));
      expect(text, code).not.toMatch(/null|undefined|\{|\}/);
      expect(text.length, code).toBeGreaterThan(5);
    }
  });
});
