// What the tabs of one device share: one lock around anything that depends on who is signed in,
// and a channel to tell each other what changed.

const LOCK = 'backstock-writes';
let chain: Promise<unknown> = Promise.resolve();

/** Runs `work` while no other tab, and nothing else in this one, is inside `exclusive`. Sending a
 *  queued write and changing the person both do, so a write never leaves under another person. */
export function exclusive<T>(work: () => Promise<T>): Promise<T> {
  if (navigator.locks) return navigator.locks.request(LOCK, work) as Promise<T>;
  const turn = chain.then(work, work);
  chain = turn.catch(() => {});
  return turn;
}

export interface Refusal {
  status: number;
  code: string;
  detail: string;
  extra: Record<string, unknown>;
}

export type Note =
  | { kind: 'queued' }
  | { kind: 'sent'; id: string; answer: unknown }
  | { kind: 'refused'; id: string; problem: Refusal }
  | { kind: 'session' };

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('backstock') : null;
(channel as { unref?: () => void } | null)?.unref?.(); // outside browsers it would keep the process

/** Tells the other tabs. The sender does not hear its own notes. */
export function tell(note: Note): void {
  channel?.postMessage(note);
}

export function hear(listener: (note: Note) => void): void {
  channel?.addEventListener('message', (event: MessageEvent<Note>) => listener(event.data));
}
