import { expect, it } from 'vitest';
import { uuid7 } from './uuid.ts';

it('makes version 7 ids that carry their time and sort by it', () => {
  const at = 1_795_000_000_123;
  const id = uuid7(at);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at);
  expect(uuid7(at) === uuid7(at)).toBe(false);
  expect(uuid7(at) < uuid7(at + 1)).toBe(true);
});
