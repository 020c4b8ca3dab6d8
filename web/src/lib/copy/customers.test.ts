import { describe, expect, it } from 'vitest';
import { withoutCustomers } from './customers.ts';

const order = {
  id: 4, code: '7K2M9Q', number: 'W-1007', customer: 'Maria G.', phone: '•••• 4821',
  window_from: '2026-11-27T20:00:00Z', window_to: null, state: 'staged', shelf: { id: 3, name: 'P-1' },
  asked: { lines: [{ item: 'Gummies', quantity: '2' }], window_from: '2026-11-27T21:00:00Z', window_to: null },
};
const told = ['W-1007', 'Maria', '4821', '2026-11-27T2'];

describe('what stays on a device', () => {
  it('is an order without its customer, in every list that holds it', () => {
    const pick = { id: 9, state: 'picking', orders: [order] };
    const answers: [string, unknown][] = [
      ['/orders?state=live', { orders: [order] }], ['/orders/4', order], ['/board', { orders: [order] }],
      ['/picks/9', pick], ['/picks?state=picking', { picks: [pick] }],
    ];
    for (const [path, data] of answers) {
      const kept = JSON.stringify(withoutCustomers(path, data));
      for (const text of told) expect(kept, path).not.toContain(text);
      expect(kept).toContain('7K2M9Q');
    }
  });

  it('leaves the answer on the screen as it is', () => {
    withoutCustomers('/orders/4', order);
    expect(order.customer).toBe('Maria G.');
  });

  it('is nothing of a search, whose address may be a name', () => {
    expect(withoutCustomers('/orders?q=Maria', { orders: [order] })).toBeUndefined();
    expect(withoutCustomers('/orders?state=live&q=Maria', { orders: [] })).toBeUndefined();
  });

  it('is everything of all else', () => {
    const person = { phone: '555', number: 3 };
    expect(withoutCustomers('/people', person)).toBe(person);
  });
});
