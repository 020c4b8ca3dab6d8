// Tests read texts at once, in both languages.
import { loadMessages } from './index.svelte.ts';

await Promise.all([loadMessages('en'), loadMessages('es')]);
