// The colour of where something to enter outside stands.

import type { Intent } from '../../lib/api/types.ts';

const TONES = {
  waiting: 'warn', sent: 'info', confirmed: 'right', refused: 'wrong', needs_person: 'wrong', withdrawn: 'plain',
} as const;

export const intentTone = (state: Intent['state']): (typeof TONES)[Intent['state']] => TONES[state];
