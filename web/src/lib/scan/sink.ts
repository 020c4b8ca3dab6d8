// The unseen field that receives a handheld scanner's text on touch devices, where keys arrive only
// in a focused field. Opens no keyboard, and takes the focus only while nothing else wants it.

const ID = 'scanner-sink';
const STYLE: Record<string, string> = {
  position: 'fixed', top: '0', left: '0', width: '1px', height: '1px', opacity: '0',
  border: '0', padding: '0', 'pointer-events': 'none',
};

export function isSink(element: EventTarget | null): boolean {
  return element instanceof HTMLElement && element.id === ID;
}

/** Puts the field in the page, where it is needed. Returns how to take it away. */
export function openSink(): () => void {
  if (!globalThis.matchMedia?.('(pointer: coarse)').matches) return () => {};
  const sink = document.createElement('input');
  sink.id = ID;
  sink.inputMode = 'none';
  sink.autocomplete = 'off';
  sink.setAttribute('autocapitalize', 'off');
  sink.setAttribute('autocorrect', 'off');
  sink.spellcheck = false;
  sink.tabIndex = -1;
  sink.setAttribute('aria-label', 'Scanner');
  for (const [name, value] of Object.entries(STYLE)) sink.style.setProperty(name, value);
  document.body.append(sink);

  const focus = () => {
    const free = !document.activeElement || document.activeElement === document.body;
    if (free && document.visibilityState === 'visible') sink.focus({ preventScroll: true });
  };
  // After the click has moved the focus where it wants it.
  const soon = () => setTimeout(focus, 50);
  const windowEvents = ['pointerup', 'focus', 'pageshow'] as const;
  for (const type of windowEvents) addEventListener(type, soon, { passive: true });
  document.addEventListener('visibilitychange', soon);
  document.addEventListener('focusout', soon);
  focus();
  return () => {
    for (const type of windowEvents) removeEventListener(type, soon);
    document.removeEventListener('visibilitychange', soon);
    document.removeEventListener('focusout', soon);
    sink.remove();
  };
}
