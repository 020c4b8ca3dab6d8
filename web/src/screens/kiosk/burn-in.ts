// What spares a screen that shows the same for years: everything moves a little every minute, and at
// night the board is dark. Pure; the board asks it by the clock.

/** How far anything ever is from its place, in px: less than the board's margin. */
export const REACH = 6;

/** Where the board stands in a given minute. Two periods without a common divisor: the same place comes
 *  again after fourteen hours, and a step is at most two px, which nobody sees. */
export function drift(minute: number): { x: number; y: number } {
  const swing = (period: number) => Math.round(REACH * Math.sin((2 * Math.PI * minute) / period));
  return { x: swing(37), y: swing(23) };
}

/** Whether it is night in the store. */
export function isNight(at: number, zone: string | undefined): boolean {
  const told = new Intl.DateTimeFormat('en-US', { hour: 'numeric', hourCycle: 'h23', timeZone: zone });
  const hour = Number(told.format(at));
  return hour >= 20 || hour < 7;
}
