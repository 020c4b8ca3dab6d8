// A time of day in the store as the moment it is. Pure.

/** What the clock of a zone shows at a moment, as if it were UTC. */
function shownAt(at: number, zone: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit',
    minute: '2-digit', second: '2-digit',
  });
  const part = Object.fromEntries(format.formatToParts(at).map((one) => [one.type, Number(one.value)]));
  return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']);
}

const DAY_MS = 86_400_000;

/** "14:30" of today or of a later day in the store, as an ISO time; null where it is no time of day. */
export function momentOf(now: number, day: number, time: string, zone: string | undefined): string | null {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time.trim());
  if (!found) return null;
  const today = new Date(shownAt(now, zone)).setUTCHours(0, 0, 0, 0);
  const wanted = today + day * DAY_MS + (Number(found[1]) * 60 + Number(found[2])) * 60_000;
  // The zone's distance is taken where the time is, which may be across a change of the clocks.
  let at = wanted;
  for (let tries = 0; tries < 3; tries++) at += wanted - shownAt(at, zone);
  return new Date(at).toISOString();
}
