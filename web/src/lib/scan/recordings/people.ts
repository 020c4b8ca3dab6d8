// People, who are no scanners.

import type { Recording } from './shape.ts';

/** A fast typist in a search field, 60 to 90 ms a key. */
export const wordsInField: Recording = {
  inField: true,
  scans: [],
  events: [
    ['p', 0], ['l', 66.6], ['e', 155.2], ['a', 227.1], ['s', 301.7], ['e', 391.4], [' ', 476.4],
    ['s', 541.2], ['e', 614.2], ['n', 689.7], ['d', 759.8], [' ', 825.7], ['t', 895.3],
    ['h', 976.9], ['a', 1037.5], ['n', 1114.1], ['k', 1187.3], ['s', 1247.9], ['Enter', 1317.8],
  ],
};

/** A word that happens to fit a short code’s check symbol, and a pause. */
export const sixLetters: Recording = {
  inField: true,
  scans: [],
  events: [
    ['e', 0], ['x', 78.7], ['p', 154.1], ['e', 216], ['c', 305.6], ['t', 389.2],
  ],
};

/** A barcode typed from the label by hand. */
export const upcByHand: Recording = {
  inField: true,
  scans: [],
  events: [
    ['0', 0], ['3', 236.9], ['6', 378.4], ['0', 537.6], ['0', 672], ['0', 887.7], ['2', 1047.4],
    ['9', 1191.7], ['1', 1368.1], ['4', 1598.4], ['5', 1818.5], ['2', 1976.9], ['Enter', 2123.3],
  ],
};

/** Typing in a search field, a moment, then the scanner. */
export const searchThenScan: Recording = {
  inField: true,
  scans: ['1A4060300000C1F000044136'],
  events: [
    ['f', 0], ['o', 183.5], ['g', 339.2], ['1', 1210], ['A', 1222.9], ['4', 1231.5],
    ['0', 1239.9], ['6', 1252.7], ['0', 1263.7], ['3', 1272.2], ['0', 1286.8], ['0', 1299.2],
    ['0', 1312.9], ['0', 1321.4], ['0', 1335.4], ['C', 1343.9], ['1', 1357.9], ['F', 1369.1],
    ['0', 1379.5], ['0', 1391.4], ['0', 1405.8], ['0', 1415.7], ['4', 1424.6], ['4', 1436.3],
    ['1', 1446], ['3', 1454.8], ['6', 1463.9], ['Enter', 1472.2],
  ],
};

/** A PIN at 120 ms a digit, and Enter by habit. */
export const pin: Recording = {
  scans: [],
  events: [
    ['4', 0], ['8', 108.1], ['0', 220.6], ['2', 332.8], ['1', 463.1], ['3', 574.7],
    ['Enter', 694.7],
  ],
};

/** A person writes ~ where scanners have it as their prefix. */
export const tilde: Recording = {
  inField: true,
  setup: { prefix: '~', suffix: 'enter', gs: '' },
  scans: [],
  released: '~',
  events: [
    ['~', 0], ['5', 420],
  ],
};
