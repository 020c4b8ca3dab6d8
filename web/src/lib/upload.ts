// A whole file to the box: not queued, for it is chosen or photographed again more easily than it is kept
// on a phone.

import { call } from './api/client.ts';
import { uuid7 } from './uuid.ts';

const MINUTES = 5;

/** `path`: with its query. Pictures larger than a page needs are made smaller first. */
export function upload<T>(method: 'POST' | 'PUT', path: string, file: Blob): Promise<T> {
  return call<T>(method, path, {
    raw: file,
    headers: { 'content-type': 'application/octet-stream', 'idempotency-key': uuid7() },
    timeout: MINUTES * 60_000,
  });
}

const LONGEST_SIDE = 2000;

/** A photo at the size at which a label can still be read; anything else as it is. */
export async function readable(file: File): Promise<Blob> {
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
