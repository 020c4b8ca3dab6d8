// An import's state as a badge shows it.

import type { ImportState } from '../../lib/api/types.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import type { IconName } from '../../parts/icons.ts';

type Tone = 'plain' | 'accent' | 'right' | 'wrong' | 'warn' | 'info';

const SHOWN: Record<ImportState, { tone: Tone; icon: IconName }> = {
  reading: { tone: 'info', icon: 'clock' },
  preview: { tone: 'warn', icon: 'edit' },
  applying: { tone: 'info', icon: 'clock' },
  applied: { tone: 'right', icon: 'check' },
  discarded: { tone: 'plain', icon: 'close' },
  refused: { tone: 'wrong', icon: 'wrong' },
};

export function importState(state: ImportState): { text: string; tone: Tone; icon: IconName } {
  return { ...SHOWN[state], text: t.imports.import_states[state] };
}
