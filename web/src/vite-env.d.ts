/// <reference types="vite/client" />
/// <reference types="svelte" />

/** package.json's version. */
declare const __VERSION__: string;
