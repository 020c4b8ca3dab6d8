// The text field that a scan fell into: what it held before, and putting it back so, its component
// told. Knows nothing of scanners.

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** Puts the field back as it was. */
export type Restore = () => void;

const TYPES = [
  'text', 'search', 'number', 'password', 'email', 'tel', 'url', 'date', 'time', 'month', 'week',
  'datetime-local',
];
/** A value other than any restored one, since setting the same again does not wipe what a field of
 *  these types shows but does not accept. */
const OTHER: Record<string, string> = {
  number: '0', date: '2000-01-01', time: '00:01', month: '2000-01', week: '2000-W01',
  'datetime-local': '2000-01-01T00:01',
};

/** The field that an event's target types into, or null. */
export function fieldOf(target: EventTarget | null): TextField | HTMLElement | null {
  if (target instanceof HTMLTextAreaElement) return target;
  if (target instanceof HTMLInputElement) return TYPES.includes(target.type) ? target : null;
  if (!(target instanceof HTMLElement) || !target.isContentEditable) return null;
  return target;
}

/** Remembers the field as it is now. */
export function snapshot(field: TextField | HTMLElement): Restore {
  return 'value' in field ? ofValue(field as TextField) : ofContent(field);
}

function ofValue(field: TextField): Restore {
  const { value, selectionStart, selectionEnd, selectionDirection } = field;
  return () => {
    const other = OTHER[field.type];
    if (other) field.value = other === value ? '' : other;
    field.value = value;
    // Null where the type has no selection that scripts may know.
    if (selectionStart !== null && selectionEnd !== null) {
      field.setSelectionRange(selectionStart, selectionEnd, selectionDirection ?? undefined);
    }
    field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'historyUndo' }));
  };
}

/** Typing changes the text node at the caret, or makes one. */
function ofContent(host: HTMLElement): Restore {
  const selection = host.ownerDocument.getSelection();
  const node = selection?.anchorNode ?? null;
  const offset = selection?.anchorOffset ?? 0;
  const text = node instanceof Text ? node.data : null;
  const children = [...host.childNodes];
  return () => {
    host.replaceChildren(...children);
    if (node instanceof Text && text !== null) node.data = text;
    if (node && host.contains(node)) selection?.collapse(node, offset);
    host.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'historyUndo' }));
  };
}

/** The text that an edit put in, of two values of a field, when nothing else changed. */
export function insertedBetween(before: string, after: string): string {
  const length = after.length - before.length;
  if (length <= 0) return '';
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  return after.endsWith(before.slice(start)) ? after.slice(start, start + length) : '';
}

/** Types text into whatever has the focus, as the person did whose keys were held back. */
export function giveBack(text: string): void {
  document.execCommand('insertText', false, text);
}
