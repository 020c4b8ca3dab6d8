// Photos and papers as evidence: handed in like every write, named by their hash, so that what shows them
// can be written before the box has seen them.

import type { Document } from './api/types.ts';
import { t } from './messages/index.svelte.ts';
import { sha256 } from './outbox/keys.ts';
import { post } from './outbox.svelte.ts';

/** Hands a photo or paper in; the hash that others name it by. Rejects with a refusal that came in time. */
export async function handIn(file: File): Promise<string> {
  const bytes = await (await readable(file)).arrayBuffer();
  const sha = await sha256(bytes);
  const path = `/documents?name=${encodeURIComponent(file.name)}`;
  const label = t.dock.photo_of(file.name);
  await post<Document>({ method: 'POST', path, file: { sha, bytes }, label, about: subjects([sha]) });
  return sha;
}

/** What a write that shows these builds upon. */
export const subjects = (documents: readonly string[]): string[] => documents.map((sha) => `document:${sha}`);

const LONGEST_SIDE = 2000;

/** A photo at the size at which a label can still be read; anything else as it is. */
async function readable(file: File): Promise<Blob> {
  if (!file.type.startsWith('image/')) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const smaller = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
  return smaller ?? file;
}
