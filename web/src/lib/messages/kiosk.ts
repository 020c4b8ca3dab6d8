// The wall tablet: its board, how it says that it is cut off, and signing in there by a badge.

import type { Shape } from './shape.ts';

export const en = {
  live: 'Live',
  connecting: 'Connecting…',
  lost: (since: string, age: string) => `No connection since ${since} · ${age}`,
  as_of: (when: string) => `As it stood at ${when}`,
  sleeps: 'This screen may go to sleep: turn its sleep off in the device’s settings.',
  full_screen: 'Full screen',
  scan_badge: 'Scan your badge to sign in',
  scan_again: 'That is no badge of this store. Scan your own badge.',
  badge_unread: 'The badge could not be checked. Try again in a moment.',
  camera: 'Scan with the camera',
  to_board: 'Back to the board',
  here: (name: string) => `${name} is signed in on the wall tablet.`,
};

export const es: Shape<typeof en> = {
  live: 'En vivo',
  connecting: 'Conectando…',
  lost: (since, age) => `Sin conexión desde ${since} · ${age}`,
  as_of: (when) => `Como estaba a las ${when}`,
  sleeps: 'Esta pantalla puede apagarse sola: quite el reposo en los ajustes del dispositivo.',
  full_screen: 'Pantalla completa',
  scan_badge: 'Escanee su credencial para entrar',
  scan_again: 'Esa no es una credencial de esta tienda. Escanee la suya.',
  badge_unread: 'No se pudo comprobar la credencial. Intente en un momento.',
  camera: 'Escanear con la cámara',
  to_board: 'Volver al tablero',
  here: (name) => `${name} entró en la tableta de pared.`,
};
