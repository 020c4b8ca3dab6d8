// How the app stands on this device: as an icon of its own or as a page in a browser, and how it comes
// onto the home screen here. Asks the browser where it can, else the screens say the steps.

export type Platform = 'ios' | 'android' | 'desktop';

/** Chromium's own offer to install, which no standard has. */
interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

/** An iPad's Safari says that it is a Mac, which has no touch screen. */
export function platformOf(agent: string, touchPoints: number): Platform {
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1)) return 'ios';
  return /Android/.test(agent) ? 'android' : 'desktop';
}

class Install {
  readonly platform = platformOf(navigator.userAgent, navigator.maxTouchPoints);
  /** Opened by its icon, without the browser's own bars. */
  standalone = $state(false);
  #prompt = $state.raw<InstallPrompt | null>(null);

  /** Whether the browser would install it when asked. */
  get offered(): boolean {
    return this.#prompt !== null;
  }

  /** Once, from main, before the browser makes its offer. */
  start(): void {
    const own = matchMedia('(display-mode: standalone), (display-mode: fullscreen)');
    const look = () => {
      // iOS has its own word for it.
      const apple = (navigator as { standalone?: boolean }).standalone === true;
      this.standalone = own.matches || apple;
    };
    look();
    own.addEventListener('change', look);
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.#prompt = event as InstallPrompt;
    });
    addEventListener('appinstalled', () => (this.#prompt = null));
  }

  /** Shows the browser's own question. An offer is good once. */
  async ask(): Promise<boolean> {
    const prompt = this.#prompt;
    this.#prompt = null;
    const answer = await prompt?.prompt().catch(() => null);
    return answer?.outcome === 'accepted';
  }
}

export const install = new Install();
