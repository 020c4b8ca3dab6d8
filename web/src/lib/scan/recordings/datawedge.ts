// Android's scanner services (DataWedge and its like): text arrives as `input` events, its keys
// unnamed. In one piece or character by character, with Enter as a key, as a line feed, or not at all.

import type { Recording } from './shape.ts';

/** In one piece, Enter as a key of its own. */
export const whole: Recording = {
  scans: ['1A4060300000C1F000044136'],
  events: [
    { input: '1A4060300000C1F000044136', at: 0 }, ['Enter', 14],
  ],
};

/** In one piece, the line feed within. */
export const wholeLineFeed: Recording = {
  scans: ['1A4060300000C1F000044136'],
  events: [
    { input: '1A4060300000C1F000044136\n', at: 0 },
  ],
};

/** In one piece, nothing after it. */
export const wholeBare: Recording = {
  scans: ['1A4060300000C1F000044136'],
  events: [
    { input: '1A4060300000C1F000044136', at: 0 },
  ],
};

/** Character by character, as with an inter-character delay of 10 ms. */
export const characters: Recording = {
  scans: ['1A4060300000C1F000044136'],
  events: [
    { input: '1', at: 0 }, { input: 'A', at: 11.6 }, { input: '4', at: 24.7 },
    { input: '0', at: 34.9 }, { input: '6', at: 47.1 }, { input: '0', at: 57.3 },
    { input: '3', at: 73.9 }, { input: '0', at: 88.8 }, { input: '0', at: 100.5 },
    { input: '0', at: 114.8 }, { input: '0', at: 133.2 }, { input: '0', at: 144.2 },
    { input: 'C', at: 161.6 }, { input: '1', at: 175.4 }, { input: 'F', at: 189.9 },
    { input: '0', at: 207.4 }, { input: '0', at: 220.9 }, { input: '0', at: 235.5 },
    { input: '0', at: 251.7 }, { input: '4', at: 270.5 }, { input: '4', at: 283.6 },
    { input: '1', at: 301.1 }, { input: '3', at: 317.5 }, { input: '6', at: 333.2 },
    ['Enter', 390],
  ],
};

/** Into a text field that a person is in. */
export const inField: Recording = {
  inField: true,
  scans: ['1A4060300000C1F000044136'],
  events: [
    { input: '1A4060300000C1F000044136', at: 0 }, ['Enter', 12],
  ],
};

/** A word that a phone’s keyboard puts in at once, then Enter. */
export const swiped: Recording = {
  inField: true,
  scans: [],
  events: [
    { input: 'Tidewater gummies ', at: 0 }, ['Enter', 210],
  ],
};
