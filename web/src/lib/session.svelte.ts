// Where this device stands with the box: claimed or not, paired or not, who is signed in, locked.
// It decides which of the app's front doors is shown; the box decides what anyone may do. Without the
// box the last person goes on for a set time; to change the person the box is needed.

import { Problem, call, get, onUnauthorised } from './api/client.ts';
import type {
  BoxInfo, ClaimInput, Claimed, Device, Language, PairInput, Permission, Session, SignInInput,
} from './api/types.ts';
import { seen } from './copy/seen.ts';
import { keepStorage, withDb } from './db.ts';
import { live } from './live.svelte.ts';
import { outbox } from './outbox.svelte.ts';
import { prefs } from './prefs.svelte.ts';
import { reach } from './reach.svelte.ts';
import { go } from './router.svelte.ts';
import { hear, tell } from './tabs.ts';

export type Stage =
  | 'starting' | 'unreachable' | 'unclaimed' | 'not_enrolled' | 'choose_person' | 'signed_in'
  | 'kiosk';
/** Why a person has to give the PIN again, for the words on the lock screen. `away`: nobody touched
 *  the device while the box was out of reach; its person goes on with a tap, for no PIN can be
 *  checked. `offline`: the time without the box is over. */
export type LockReason = 'idle' | 'asked' | 'expired' | 'away' | 'offline';

const RETRY_MS = 3_000;
/** A box that has not answered by then is not waited for: what this device knows is shown. */
const START_PATIENCE_MS = 600;
const CONTACT_KEPT_MS = 15_000;

/** What this device knows of who is here, for a start without the box. */
interface Kept {
  me: Session;
  box: BoxInfo;
  /** When the box last confirmed it, device time. */
  at: number;
}

class SessionState {
  stage = $state<Stage>('starting');
  box = $state.raw<BoxInfo | null>(null);
  /** The person, device, permissions and store; stays while `locked`. */
  me = $state.raw<Session | null>(null);
  /** Set while the screen is kept under the lock: only this person's PIN returns to it. */
  locked = $state<LockReason | null>(null);
  /** The device was paired once and has been revoked meanwhile. */
  revoked = $state(false);
  /** When the box last confirmed who is here, device time. */
  confirmedAt = $state<number | null>(null);
  #idle: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #lastTouch = 0;
  #keptAt = 0;
  /** The session that was ended here: no answer that was under way brings it back. */
  #left: string | null = null;
  #entering: (() => Promise<void>)[] = [];

  can(permission: Permission): boolean {
    return this.me?.permissions.includes(permission as never) ?? false;
  }

  get zone(): string | undefined {
    return this.me?.store.zone ?? this.box?.zone;
  }

  /** Until when the last person may go on without the box, device time. */
  get offlineUntil(): number | null {
    if (!this.me || this.confirmedAt === null) return null;
    return this.confirmedAt + this.me.offline_for_s * 1000;
  }

  /** What must be in place for whoever is here before changes at the box are heard. */
  onEntered(listener: () => Promise<void>): void {
    this.#entering.push(listener);
  }

  /** Once, from main. */
  start(): void {
    onUnauthorised((problem) => this.#unauthorised(problem));
    live.onEnded((why) => this.#ended(why));
    live.onLive(() => void this.#confirmed());
    reach.onFound(() => void this.refresh());
    hear((note) => {
      if (note.kind === 'session') void this.refresh();
    });
    for (const type of ['pointerdown', 'keydown', 'wheel'] as const) {
      addEventListener(type, () => this.touched(), { passive: true, capture: true });
    }
    document.addEventListener('visibilitychange', () => this.#wake());
    setInterval(() => this.#watchTime(), CONTACT_KEPT_MS);
    void this.#begin();
    void keepStorage();
  }

  /** The box's answer if it comes at once; else what this device knows, until it comes. */
  async #begin(): Promise<void> {
    const asked = this.refresh();
    const late = new Promise<void>((done) => setTimeout(done, START_PATIENCE_MS));
    await Promise.race([asked, late]);
    if (this.stage !== 'starting' && this.stage !== 'unreachable') return;
    if (!(await this.#recall()) && this.stage === 'starting' && reach.down) {
      this.stage = 'unreachable';
    }
  }

  /** Finds out the stage anew. */
  async refresh(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      this.box = await get<BoxInfo>('/box');
      if (!this.box.claimed) this.stage = 'unclaimed';
      else await this.#whoIsHere();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (this.stage === 'starting' && !(await this.#recall())) this.stage = 'unreachable';
      this.#retry = setTimeout(() => void this.refresh(), RETRY_MS);
    }
  }

  /** Goes on as the last person here, as far as the time without the box allows. */
  async #recall(): Promise<boolean> {
    const kept = await fact<Kept>('me');
    if (!kept || (this.stage !== 'starting' && this.stage !== 'unreachable')) return false;
    this.box ??= kept.box;
    this.confirmedAt = kept.at;
    await this.#here(kept.me);
    this.#watchTime();
    return true;
  }

  async #whoIsHere(): Promise<void> {
    let session: Session;
    try {
      session = await call<Session>('GET', '/session', { quiet: true });
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      if (error.code === 'not_enrolled') this.#unauthorised(error);
      else await this.#nobody();
      return;
    }
    // Left while the box was out of reach: it learns it now, and nobody comes back by it.
    if (session.session === this.#left || (await fact<string>('ended')) === session.session) {
      await call('DELETE', '/session', { quiet: true });
      await setFact('ended', null);
      await this.#nobody();
    } else await this.#entered(session);
  }

  async #nobody(): Promise<void> {
    await outbox.setAuthor(null);
    await setFact('me', null);
    if (this.me) {
      this.locked = this.locked && this.locked !== 'away' ? this.locked : 'expired';
      live.stop();
      return;
    }
    // A wall tablet shows the board with nobody signed in; other devices are refused it.
    const kiosk = await call('GET', '/board', { quiet: true }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Problem && error.transient) throw error;
        return false;
      },
    );
    this.stage = kiosk ? 'kiosk' : 'choose_person';
    if (kiosk) live.start();
  }

  /** The box says who is here. */
  async #entered(session: Session): Promise<void> {
    const same = this.stage === 'signed_in' && this.me?.session === session.session;
    this.confirmedAt = Date.now();
    await setFact('me', { me: session, box: this.box, at: this.confirmedAt });
    if (session.session === this.#left) return;
    if (same && this.locked === 'away') {
      // The box is back and can check a PIN: now it is asked for.
      this.locked = 'idle';
      this.#leave();
      await this.#endSession(session.session);
      return;
    }
    if (same && !this.locked) {
      this.me = session;
      if (live.state === 'off') live.start();
      outbox.nudge();
      return;
    }
    await this.#here(session);
  }

  async #here(session: Session): Promise<void> {
    const { user } = session;
    await outbox.setAuthor({ user: user.id, name: user.name, session: session.session });
    await seen.belongTo(user.id);
    const copy = await fact<{ position: string }>('copy');
    live.position ??= copy?.position ?? null;
    // The screen under the lock was another person's: theirs alone to come back to.
    if (this.me && this.me.user.id !== user.id) go('/', { replace: true });
    this.me = session;
    this.locked = null;
    this.revoked = false;
    this.stage = 'signed_in';
    if (prefs.language !== user.language) prefs.language = user.language;
    this.touched();
    await Promise.allSettled(this.#entering.map((listener) => listener()));
    if (this.me !== session || this.locked) return;
    live.stop();
    live.start();
  }

  /** Throws Problem: `wrong_pin` (+attempts_left), `too_many_requests` (+retry_after_s). Returns
   *  whether it is the person who had locked the screen, so that the screen may stay. */
  async signIn(input: SignInInput): Promise<boolean> {
    const was = this.me?.user.id;
    const session = await call<Session>('POST', '/session', { body: input, quiet: true });
    await setFact('ended', null);
    await this.#entered(session);
    tell({ kind: 'session' });
    return was === undefined || was === input.user;
  }

  /** Ends the session and goes to the tiles. Writes not yet sent go on under their author's name. */
  async signOut(): Promise<void> {
    const session = this.me?.session;
    this.#leave();
    this.forget();
    await this.#endSession(session);
    if (this.me === null) await this.refresh();
  }

  /** Ends the session but keeps the screen for the same person. */
  async lock(reason: LockReason = 'asked'): Promise<void> {
    if (this.stage !== 'signed_in' || this.locked) return;
    const session = this.me?.session;
    this.locked = reason;
    this.#leave();
    await this.#endSession(session);
  }

  /** The same person is back at a device that the box could not lock. */
  resume(): void {
    if (this.locked !== 'away') return;
    this.locked = null;
    this.touched();
  }

  /** From the lock screen: somebody else wants the device. */
  forget(): void {
    if (this.locked === 'away') void this.#endSession(this.me?.session);
    this.me = null;
    this.locked = null;
    this.stage = 'choose_person';
    go('/', { replace: true });
  }

  async claim(input: ClaimInput): Promise<Claimed> {
    return call<Claimed>('POST', '/claim', { body: input, quiet: true });
  }

  async pair(input: PairInput): Promise<Device> {
    const device = await call<Device>('POST', '/pair', { body: input, quiet: true });
    this.revoked = false;
    return device;
  }

  /** Chooses the language here and, when someone is signed in, for them everywhere. */
  async speak(language: Language): Promise<void> {
    prefs.language = language;
    if (!this.me || this.locked) return;
    this.me = { ...this.me, user: { ...this.me.user, language } };
    const about = ['me'];
    await outbox.post({ method: 'PUT', path: '/me', body: { language }, label: language, about });
  }

  /** Someone used the device (scans say so too): the idle time starts again. */
  touched(): void {
    if (this.stage !== 'signed_in' || this.locked) return;
    this.#lastTouch = Date.now();
    const limit = this.me?.idle_lock_s ?? 0;
    clearTimeout(this.#idle);
    if (limit > 0) this.#idle = setTimeout(() => this.#wake(), limit * 1000);
  }

  /** Timers stand still while a tablet sleeps, so the time passed is looked at on waking too. */
  #wake(): void {
    const limit = (this.me?.idle_lock_s ?? 0) * 1000;
    if (this.stage !== 'signed_in' || this.locked || limit === 0) return;
    const idle = Date.now() - this.#lastTouch;
    if (idle < limit) this.#idle = setTimeout(() => this.#wake(), limit - idle);
    // No PIN can be checked now, and the job must go on: the screen is covered, the session stays.
    else if (reach.down) this.locked = 'away';
    else void this.lock('idle');
  }

  /** The box answered as it does to this person: their time without it begins anew. */
  async #confirmed(): Promise<void> {
    outbox.nudge();
    if (!this.me || this.locked || this.stage !== 'signed_in') return;
    this.confirmedAt = Date.now();
    if (Date.now() - this.#keptAt < CONTACT_KEPT_MS) return;
    this.#keptAt = Date.now();
    await setFact('me', { me: this.me, box: this.box, at: this.confirmedAt });
  }

  #watchTime(): void {
    if (live.state === 'live') void this.#confirmed();
    const until = this.offlineUntil;
    const over = until !== null && Date.now() > until;
    if (over && this.stage === 'signed_in' && (!this.locked || this.locked === 'away')) {
      const session = this.me?.session;
      this.locked = 'offline';
      this.#leave();
      void this.#endSession(session);
    }
  }

  #leave(): void {
    clearTimeout(this.#idle);
    live.stop();
  }

  /** Nothing more is written in this name here, even if the box hears of it only later. */
  async #endSession(session: string | undefined): Promise<void> {
    this.#left = session ?? null;
    // Noted first: a page that ends in the middle of this lets nobody back in by the old cookie.
    if (session) await setFact('ended', session);
    await setFact('me', null);
    await outbox.setAuthor(null);
    try {
      await call('DELETE', '/session', { quiet: true });
      await setFact('ended', null);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) await setFact('ended', null);
    }
    tell({ kind: 'session' });
  }

  #ended(why: 'revoked' | 'signed_out' | 'stopping'): void {
    if (why === 'stopping') return; // the stream reconnects when the box is back
    if (why === 'revoked') this.#unauthorised(new Problem(401, 'not_enrolled', ''));
    else void this.refresh();
  }

  #unauthorised(problem: Problem): void {
    if (problem.code === 'not_enrolled') {
      this.revoked = this.me !== null || outbox.records.length > 0;
      this.#leave();
      this.me = null;
      this.locked = null;
      this.stage = 'not_enrolled';
      void this.#forgetStore();
      return;
    }
    if (this.stage !== 'signed_in' || this.locked) return;
    this.locked = 'expired';
    this.#leave();
    void outbox.setAuthor(null);
    void setFact('me', null);
  }

  /** A device that is no longer the store's keeps nothing of it but what was never saved. */
  async #forgetStore(): Promise<void> {
    await outbox.setAuthor(null);
    await setFact('me', null);
    await seen.forget();
    const { stock } = await import('./copy/stock.ts');
    await stock.forget();
    live.position = null;
  }
}

async function fact<T>(key: string): Promise<T | null> {
  const found = await withDb((db) => db.get('facts', key)).catch(() => undefined);
  return (found as T | null | undefined) ?? null;
}

async function setFact(key: string, value: unknown): Promise<void> {
  await withDb((db) => db.put('facts', value, key)).catch(() => {});
}

export const session = new SessionState();
export const can = (permission: Permission): boolean => session.can(permission);
