// Which of a phone's cameras, and at which zoom: what can be told from their names and abilities.

export interface Lens {
  id: string;
  /** Empty until the camera is allowed; in the phone's own language. */
  label: string;
}

export interface ZoomRange {
  min: number;
  max: number;
}

type Device = Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>;

const FRONT = /front|frontal|user|selfie|facetime/i;
/** Apple's combined cameras change to the lens that can focus so near by themselves. */
const COMBINED = /triple|dual wide|doble gran angular/i;

/** The cameras that look away from the person; all of them where none says that it does. */
export function lensesOf(devices: readonly Device[]): Lens[] {
  const all = devices.filter((one) => one.kind === 'videoinput' && one.deviceId);
  const back = all.filter((one) => !FRONT.test(one.label));
  return (back.length > 0 ? back : all).map((one) => ({ id: one.deviceId, label: one.label }));
}

/** The combined one, where the phone has such. */
export function combinedOf(lenses: readonly Lens[]): Lens | null {
  return lenses.find((lens) => COMBINED.test(lens.label)) ?? null;
}

/** A name to choose by: the phone's own, or its number. */
export function nameOf(lens: Lens, n: number, numbered: (n: number) => string): string {
  return lens.label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i, '').trim() || numbered(n + 1);
}

/** The zooms worth a button; none where there is nothing to choose. */
export function zoomsOf(range: ZoomRange | undefined): number[] {
  if (!range || !(range.max > range.min)) return [];
  const found = [1, 2, 3, 5].filter((zoom) => zoom >= range.min && zoom <= range.max);
  return found.length > 1 ? found : [];
}

/** Where to begin. A phone's single lens cannot focus nearer than a hand's breadth, where a tag's bars
 *  are one pixel wide: twice the size from twice as far reads. */
export function firstZoom(
  zooms: readonly number[],
  { kept, combined, phone }: { kept: number | null; combined: boolean; phone: boolean },
): number {
  if (kept !== null && zooms.includes(kept)) return kept;
  return phone && !combined && zooms.includes(2) ? 2 : 1;
}
