import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { reach } from '../reach.svelte.ts';
import { database, type Use } from '../db.ts';
import { Device, ok, refuse, unreachable, write } from './device.test-setup.ts';

let device: Device;
beforeEach(() => (device = new Device()));
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  reach.found();
});

const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;
const PHOTO = { sha: 'a'.repeat(64), bytes: bytes('a dent') };
const SUBJECT = `document:${PHOTO.sha}`;
const photo = (n = 1) =>
  write(n, { path: '/documents?name=dent.jpg', body: undefined, file: PHOTO, about: [SUBJECT] });
const damage = write(2, { path: '/packages/1/damage', needs: [SUBJECT] });
const onDevice: Use = (work) => database('backstock')(work);
const files = () => onDevice((db) => db.getAllKeys('files'));
const sentText = (n: number) => device.sent[n]!.raw?.text();

it('is handed in byte for byte before what shows it, by a later page too, and then let go', async () => {
  const first = await device.openAs();
  void first.send(photo()).catch(() => {});
  void first.send(damage).catch(() => {});
  await device.quiet();
  expect(first.records.map((one) => one.file)).toEqual([PHOTO.sha, undefined]);
  device.crash(first);
  device.sent = [];
  device.answers = [unreachable, ok({ id: 1 }), ok({ seq: 9 })];
  const again = await device.open();
  await device.pass(60_000);
  expect(device.paths).toEqual([
    '/documents?name=dent.jpg', '/documents?name=dent.jpg', '/packages/1/damage',
  ]);
  expect([await sentText(0), await sentText(1)]).toEqual(['a dent', 'a dent']);
  expect(again.records).toEqual([]);
  expect(await files()).toEqual([]);
});

it('that the box refuses holds back what shows it, until its author decides', async () => {
  const outbox = await device.openAs();
  device.answers = [unreachable, unreachable, unreachable, refuse(422, 'not_a_document')];
  const outcome = outbox.post(photo());
  await device.pass(2_000);
  await expect(outcome).resolves.toMatchObject({ state: 'queued' });
  void outbox.post(damage).catch(() => {});
  await device.pass(60_000);
  expect(outbox.refused.map((one) => one.problem?.code)).toEqual(['not_a_document']);
  expect(outbox.pending).toBe(1);
  expect(await files()).toEqual([PHOTO.sha]);
  await outbox.discard(outbox.refused[0]!.id, true);
  expect(outbox.records).toEqual([]);
  expect(await files()).toEqual([]);
});

it('stays as long as another write hands in the same', async () => {
  const outbox = await device.openAs();
  void outbox.send(photo(1)).catch(() => {});
  void outbox.send(photo(2)).catch(() => {});
  await device.quiet();
  device.answers = [ok({ id: 1 })];
  await device.pass(1_500);
  expect(outbox.pending).toBe(1);
  expect(await files()).toEqual([PHOTO.sha]);
  device.answers = [ok({ id: 1 })];
  await device.pass(60_000);
  expect(await files()).toEqual([]);
});

it('that this device has lost is said to be gone, and nothing is sent in its place', async () => {
  const outbox = await device.openAs();
  void outbox.post(photo()).catch(() => {});
  await device.pass(2_000);
  await onDevice((db) => db.clear('files'));
  device.sent = [];
  await device.pass(60_000);
  expect(outbox.refused.map((one) => one.problem?.code)).toEqual(['file_gone']);
  expect(device.sent).toEqual([]);
});
