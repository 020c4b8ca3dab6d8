// One figure in the making: what is counted where, since when, and how much of it is in the hand so far.

import type { CountLineInput, CountMoment, PlaceRef, Quantity, Unit } from '../../lib/api/types.ts';
import { subtract } from '../../lib/decimal.ts';
import { step } from '../../parts/keypad.ts';
import { decimals } from '../words.ts';
import { keyOf, type Subject } from './said.ts';

type Figure = Pick<CountLineInput, 'package' | 'product' | 'tag' | 'quantity' | 'gross' | 'tare' | 'units' | 'began'>;

const decimal = (text: string) => /^\d{1,8}(\.\d{1,4})?$/.test(text.trim());

export class Tally {
  readonly subject: Subject;
  readonly place: PlaceRef;
  readonly key: string;
  unit = $state<Unit>('ea');
  keyed = $state('');
  way = $state<'keys' | 'weighed'>('keys');
  gross = $state('');
  tare = $state('');
  /** Units that were scanned one by one, by the number on each. */
  units = $state.raw<number[]>([]);
  /** A unit that was scanned twice. */
  twice = $state<number | null>(null);
  fault = $state.raw<{ title: string; todo: string } | null>(null);
  /** What this person said of it here before. */
  before = $state.raw<Quantity | null>(null);
  readonly began: CountMoment;

  constructor(subject: Subject, place: PlaceRef, unit: Unit, began: CountMoment, before: Quantity | null) {
    this.subject = subject;
    this.place = place;
    this.key = keyOf(subject);
    this.unit = unit;
    this.began = began;
    this.before = before;
  }

  get name(): string {
    const { package: pack, product, tag } = this.subject;
    return pack?.product.name ?? product?.name ?? tag ?? '';
  }

  get productId(): number | null {
    return this.subject.package?.product.id ?? this.subject.product?.id ?? null;
  }

  /** Something was entered that would be lost. */
  get begun(): boolean {
    return this.keyed !== '' || this.gross !== '';
  }

  get weighs(): boolean {
    return this.unit !== 'ea';
  }

  get value(): string {
    if (this.way === 'keys') return this.keyed;
    const [gross, tare] = [this.gross.trim(), this.tare.trim() || '0'];
    return decimal(gross) && decimal(tare) ? subtract(gross, tare) : '';
  }

  get ready(): boolean {
    return this.value !== '' && !this.value.startsWith('-') && this.value !== '.';
  }

  more(): void {
    this.way = 'keys';
    this.keyed = step(this.keyed, 1, decimals(this.unit));
  }

  /** False where this very unit was scanned before. */
  take(number: number): boolean {
    if (this.units.includes(number)) {
      this.twice = number;
      return false;
    }
    this.twice = null;
    this.units = [...this.units, number];
    this.more();
    return true;
  }

  input(): Figure {
    const { package: pack, product, tag } = this.subject;
    const figure: Figure = { quantity: { value: this.value.replace(/\.$/, ''), unit: this.unit }, began: this.began };
    if (pack) figure.package = pack.id;
    else if (product) figure.product = product.id;
    else figure.tag = tag;
    if (this.way === 'weighed') {
      figure.gross = this.gross.trim();
      figure.tare = this.tare.trim() || '0';
    }
    if (pack && this.units.length > 0) figure.units = this.units;
    return figure;
  }
}
