// What a person is about to ask for at a station: product by product, a decimal string each. Starts
// from what the station needs to reach its pars; from the first change on it is the person's own.

import { add, isPositive } from '../../lib/decimal.ts';
import type { ProductRef, Station } from '../../lib/api/types.ts';

export class Draft {
  quantities = $state<Record<number, string>>({});
  /** Products that the station does not list, added by search or scan. */
  extra = $state.raw<ProductRef[]>([]);
  touched = $state(false);

  /** Takes the suggestions, unless a person has changed something. */
  suggest(station: Station): void {
    if (this.touched) return;
    this.fill(station);
  }

  fill(station: Station): void {
    const wanted = station.lines.filter((line) => isPositive(line.suggested));
    this.quantities = Object.fromEntries(wanted.map((line) => [line.product.id, line.suggested]));
    this.extra = [];
  }

  set(product: ProductRef, quantity: string, listed: boolean): void {
    this.touched = true;
    if (!isPositive(quantity || '0')) {
      this.remove(product.id);
      return;
    }
    this.quantities = { ...this.quantities, [product.id]: quantity };
    if (!listed && !this.extra.some((one) => one.id === product.id)) {
      this.extra = [...this.extra, product];
    }
  }

  /** One more of it; what it is now. */
  more(product: ProductRef, listed: boolean): string {
    const next = add(this.quantities[product.id] ?? '0', '1');
    this.set(product, next, listed);
    return next;
  }

  remove(product: number): void {
    this.touched = true;
    const { [product]: _gone, ...rest } = this.quantities;
    this.quantities = rest;
    this.extra = this.extra.filter((one) => one.id !== product);
  }

  clear(): void {
    this.touched = true;
    this.quantities = {};
    this.extra = [];
  }

  get lines(): { product: number; quantity: string }[] {
    return Object.entries(this.quantities).map(([id, quantity]) => ({
      product: Number(id),
      quantity,
    }));
  }
}

const KEY = 'backstock.station';

/** The station this device stands at, if it was told. */
export function rememberedStation(): number | null {
  const kept = Number(localStorage.getItem(KEY));
  return Number.isInteger(kept) && kept > 0 ? kept : null;
}

export function rememberStation(place: number): void {
  localStorage.setItem(KEY, String(place));
}
