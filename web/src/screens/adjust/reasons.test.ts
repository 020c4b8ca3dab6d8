import { expect, test } from 'vitest';
import { reasonsOf } from './reasons.ts';

const row = { Name: 'API Adjustment Error', RequiresNote: true, RequiresWasteWeight: false };

test('the state’s list is read, alone or in its answer', () => {
  const read = [{ name: 'API Adjustment Error', needs_note: true }];
  expect(reasonsOf(JSON.stringify([row]))).toEqual(read);
  expect(reasonsOf(JSON.stringify({ Data: [row], Total: 1 }))).toEqual(read);
  expect(reasonsOf(JSON.stringify([{ Name: 'Spoilage' }]))).toEqual([{ name: 'Spoilage', needs_note: false }]);
});

test('what is no such list is none, whole', () => {
  for (const text of ['', 'Name,RequiresNote', '{}', 'null', '3', '[null]', JSON.stringify([row, { name: 'x' }])]) {
    expect(reasonsOf(text), text).toEqual([]);
  }
});
