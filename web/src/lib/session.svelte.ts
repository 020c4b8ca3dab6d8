// Where this device stands with the box: claimed or not, paired or not, who is signed in, locked.
// It decides which of the app's front doors is shown; the box decides what anyone may do.

import { Problem, call, get, onUnauthorised } from './api/client.ts';
import type {
  BoxInfo, ClaimInput, Claimed, Device, Language, PairInput, Permission, Session, SignInInput,
} from './api/types.ts';
import { keepStorage } from './db.ts';
import { live } from './live.svelte.ts';
import { outbox } from './outbox.svelte.ts';
import { prefs } from './prefs.svelte.ts';
import { go } from './router.svelte.ts';
import { exclusive, hear, tell } from './tabs.ts';

export type Stage =
  | 'starting' | 'unreachable' | 'unclaimed' | 'not_enrolled' | 'choose_person' | 'signed_in'
  | 'kiosk';
/** Why a person has to give the PIN again, for the words on the lock screen. */
export type LockReason = 'idle' | 'asked' | 'expired';

const RETRY_MS = 3_000;

class SessionState {
  stage = $state<Stage>('starting');
  box = $state.raw<BoxInfo | null>(null);
  /** The person, device, permissions and store; stays while `locked`. */
  me = $state.raw<Session | null>(null);
  /** Set while the screen is kept under the lock: only this person's PIN returns to it. */
  locked = $state<LockReason | null>(null);
  /** The device was paired once and has been revoked meanwhile. */
  revoked = $state(false);
  #idle: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #lastTouch = 0;

  can(permission: Permission): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }

  get zone(): string | undefined {
    return this.me?.store.zone ?? this.box?.zone;
  }

  /** Once, from main. */
  start(): void {
    onUnauthorised((problem) => this.#unauthorised(problem));
    live.onEnded((why) => this.#ended(why));
    live.onLive(() => outbox.nudge());
    hear((note) => {
      if (note.kind === 'session') void this.refresh();
    });
    for (const type of ['pointerdown', 'keydown', 'wheel'] as const) {
      addEventListener(type, () => this.touched(), { passive: true, capture: true });
    }
    document.addEventListener('visibilitychange', () => this.#wake());
    void this.refresh();
    void keepStorage();
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
      if (this.stage === 'starting') this.stage = 'unreachable';
      this.#retry = setTimeout(() => void this.refresh(), RETRY_MS);
    }
  }

  async #whoIsHere(): Promise<void> {
    try {
      const session = await call<Session>('GET', '/session', { quiet: true });
      await exclusive(() => this.#entered(session));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      if (error.code === 'not_enrolled') this.#unauthorised(error);
      else await this.#nobody();
    }
  }

  async #nobody(): Promise<void> {
    await exclusive(() => outbox.setAuthor(null));
    if (this.me) {
      this.locked ??= 'expired';
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

  /** Inside `exclusive`. */
  async #entered(session: Session): Promise<void> {
    const { user } = session;
    await outbox.setAuthor({ user: user.id, name: user.name, session: session.session });
    // The screen under the lock was another person's: theirs alone to come back to.
    if (this.me && this.me.user.id !== user.id) go('/', { replace: true });
    this.me = session;
    this.locked = null;
    this.revoked = false;
    this.stage = 'signed_in';
    if (prefs.language !== user.language) prefs.language = user.language;
    live.stop();
    live.start();
    this.touched();
  }

  /** Throws Problem: `wrong_pin` (+attempts_left), `too_many_requests` (+retry_after_s). Returns
   *  whether it is the person who had locked the screen, so that the screen may stay. */
  async signIn(input: SignInInput): Promise<boolean> {
    const was = this.me?.user.id;
    await exclusive(async () => {
      const options = { body: input, quiet: true };
      await this.#entered(await call<Session>('POST', '/session', options));
    });
    tell({ kind: 'session' });
    return was === undefined || was === input.user;
  }

  /** Ends the session and goes to the tiles. Writes not yet sent wait for their author. */
  async signOut(): Promise<void> {
    this.#leave();
    this.forget();
    await this.#endSession();
    if (this.me === null) await this.refresh();
  }

  /** Ends the session but keeps the screen for the same person. */
  async lock(reason: LockReason = 'asked'): Promise<void> {
    if (this.stage !== 'signed_in' || this.locked) return;
    this.locked = reason;
    this.#leave();
    await this.#endSession();
  }

  /** From the lock screen: somebody else wants the device. */
  forget(): void {
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
    await outbox.send({ method: 'PUT', path: '/me', body: { language }, label: language });
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
    if (idle >= limit) void this.lock('idle');
    else this.#idle = setTimeout(() => this.#wake(), limit - idle);
  }

  #leave(): void {
    clearTimeout(this.#idle);
    live.stop();
  }

  async #endSession(): Promise<void> {
    await exclusive(async () => {
      await outbox.setAuthor(null);
      // Unreachable: the cookie stays, but nothing of ours uses it, and the box ends it on idle.
      await call('DELETE', '/session', { quiet: true }).catch(() => {});
    });
    tell({ kind: 'session' });
  }

  #ended(why: 'revoked' | 'signed_out' | 'stopping'): void {
    if (why === 'stopping') return; // the stream reconnects when the box is back
    if (why === 'revoked') this.#unauthorised(new Problem(401, 'not_enrolled', ''));
    else void this.refresh();
  }

  #unauthorised(problem: Problem): void {
    if (problem.code === 'not_enrolled') {
      this.revoked = this.me !== null;
      this.#leave();
      this.me = null;
      this.locked = null;
      this.stage = 'not_enrolled';
      return;
    }
    if (this.stage !== 'signed_in' || this.locked) return;
    this.locked = 'expired';
    this.#leave();
    void exclusive(() => outbox.setAuthor(null));
  }
}

export const session = new SessionState();
export const can = (permission: Permission): boolean => session.can(permission);
