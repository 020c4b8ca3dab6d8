// Where a device stands in the box's journal.

/** Of an event's id, "e1a2-117", the entry's number: 117. */
export function seqOf(position: string | null): number | null {
  const found = /-(\d{1,15})$/.exec(position ?? '');
  return found ? Number(found[1]) : null;
}
