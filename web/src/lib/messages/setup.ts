// Setting devices up: the card that goes with a new phone, and the fingerprint on it.

import type { Shape } from './shape.ts';

export const en = {
  card: 'Print the set-up card',
  card_hint: 'Goes with a new phone: where to scan, three steps, and the fingerprint to compare.',
};

export const es: Shape<typeof en> = {
  card: 'Imprimir la tarjeta de configuración',
  card_hint: 'Va con un teléfono nuevo: dónde escanear, tres pasos y la huella que se compara.',
};
