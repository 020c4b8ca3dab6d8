// What operating systems make of a scanner's keys.

import type { Recording } from './shape.ts';

/** Windows: the group separator as Alt and 0029 on the number pad. */
export const windowsAlt: Recording = {
  scans: ['010952123454321310TEST-1\u001d21aB7'],
  events: [
    ['0', 0], ['1', 4.3], ['0', 7.9], ['9', 12.3], ['5', 15.2], ['2', 17.9], ['1', 22.3],
    ['2', 27.3], ['3', 31.9], ['4', 36.3], ['5', 40.7], ['4', 44.9], ['3', 47.6], ['2', 51.2],
    ['1', 54.2], ['3', 56.3], ['1', 58.4], ['0', 61.3], ['Shift', 61.9], ['T', 64.6],
    ['Shift', 65.2], ['E', 69.3], ['Shift', 69.9], ['S', 74.8], ['Shift', 75.4], ['T', 78.7],
    ['-', 83.5], ['1', 88.5], ['Alt', 131, { alt: true }],
    ['0', 133, { alt: true, code: 'Numpad0' }], ['0', 136, { alt: true, code: 'Numpad0' }],
    ['2', 139, { alt: true, code: 'Numpad2' }], ['9', 142, { alt: true, code: 'Numpad9' }],
    ['2', 147], ['1', 151.9], ['a', 155], ['Shift', 155.6], ['B', 158.2], ['7', 160.9],
    ['Enter', 163.5],
  ],
};

/** The same without NumLock: the number pad’s keys go by other names. */
export const windowsAltNoNumLock: Recording = {
  scans: ['010952123454321310TEST-1\u001d21aB7'],
  events: [
    ['0', 0], ['1', 2.6], ['0', 6.5], ['9', 11.2], ['5', 15.7], ['2', 19.1], ['1', 23.1],
    ['2', 27.5], ['3', 29.8], ['4', 33.7], ['5', 38.5], ['4', 42.8], ['3', 47.1], ['2', 50.5],
    ['1', 53], ['3', 57.4], ['1', 60.4], ['0', 64.8], ['T', 69.7], ['E', 72.9], ['S', 76.1],
    ['T', 81], ['-', 85.1], ['1', 87.6], ['Alt', 131, { alt: true }],
    ['Insert', 133, { alt: true, code: 'Numpad0' }],
    ['Insert', 136, { alt: true, code: 'Numpad0' }],
    ['ArrowDown', 139, { alt: true, code: 'Numpad2' }],
    ['PageUp', 142, { alt: true, code: 'Numpad9' }], ['2', 147], ['1', 149.4], ['a', 151.8],
    ['B', 156.5], ['7', 161], ['Enter', 163.4],
  ],
};

/** The group separator as Ctrl and ], the terminator as Ctrl and M. */
export const controlKeys: Recording = {
  scans: ['010952123454321310TEST-1\u001d21aB7'],
  events: [
    ['0', 0], ['1', 4.5], ['0', 9.4], ['9', 13.4], ['5', 16.4], ['2', 20.1], ['1', 22.5],
    ['2', 24.5], ['3', 29.4], ['4', 33.4], ['5', 37], ['4', 41.8], ['3', 45.1], ['2', 49.7],
    ['1', 54.2], ['3', 56.8], ['1', 59.6], ['0', 62.4], ['T', 65.2], ['E', 68.9], ['S', 71.7],
    ['T', 74.9], ['-', 77.3], ['1', 82.1], ['Control', 130], [']', 131, { ctrl: true }],
    ['2', 136], ['1', 139.1], ['a', 142.4], ['B', 146.2], ['7', 150.9], ['Control', 158],
    ['m', 159, { ctrl: true }],
  ],
};

/** An iPad: no Shift of its own, and the line feed of CR LF becomes an arrow. */
export const iosCrLf: Recording = {
  scans: ['1A4060300000C1F000044136'],
  events: [
    ['1', 0], ['A', 10.9], ['4', 25.4], ['0', 36.9], ['6', 48.6], ['0', 60.3], ['3', 68.4],
    ['0', 79.5], ['0', 88.8], ['0', 96.8], ['0', 110.4], ['0', 119.6], ['C', 130.9], ['1', 144],
    ['F', 155.9], ['0', 166.2], ['0', 177.8], ['0', 189.7], ['0', 203.2], ['4', 211.9],
    ['4', 223.8], ['1', 233.6], ['3', 243.5], ['6', 256.9], ['Enter', 268.5],
    ['ArrowDown', 277.5],
  ],
};

/** CapsLock is on: a unit label in the state’s older form, every letter turned round. */
export const capsLock: Recording = {
  scans: ['https://1a4.com/GkBgMAAAwfAABEE2AQ'],
  events: [
    ['H', 0], ['T', 3.7], ['T', 8], ['P', 12.7], ['S', 16], [':', 19.9], ['/', 23.4], ['/', 26.9],
    ['1', 31], ['A', 34.4], ['4', 38], ['.', 41.4], ['C', 46.2], ['O', 50.3], ['M', 54.9],
    ['/', 59.8], ['g', 62.5], ['K', 66.2], ['b', 71.1], ['G', 75.6], ['m', 78], ['a', 80.4],
    ['a', 83.7], ['a', 85.9], ['W', 88.6], ['F', 90.8], ['a', 94.8], ['a', 99.2], ['b', 103.9],
    ['e', 106.4], ['e', 110.5], ['2', 114.5], ['a', 116.9], ['q', 121.6], ['Enter', 126.5],
  ],
};
