// A state's list of reasons as its system gives it (METRC `GET /packages/v2/adjust/reasons`): one answer's
// rows, or the answer with its rows in `Data`.

import type { AdjustReasons } from '../../lib/api/types.ts';

/** None where the file is no such list. */
export function reasonsOf(text: string): AdjustReasons['reasons'] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return [];
  }
  const rows: unknown = Array.isArray(read) ? read : (read as { Data?: unknown } | null)?.Data;
  if (!Array.isArray(rows)) return [];
  const reasons = rows.map((row: unknown) => {
    const { Name, RequiresNote } = (row ?? {}) as { Name?: unknown; RequiresNote?: unknown };
    return typeof Name === 'string' && Name.trim() ? { name: Name.trim(), needs_note: RequiresNote === true } : null;
  });
  return reasons.every((one) => one !== null) ? reasons : [];
}
