// Screens of stock without the box: what this device's own copy can say under the box's paths. What it
// does not keep (a package's life, costs, tasks) is left empty, never invented.

import type {
  CopiedPlace, CopiedProduct, Package, PackageView, Place, PlaceView, Product, ProductView,
} from '../api/types.ts';
import { add } from '../decimal.ts';
import { linesOf, packageOf, type Around } from './resolve.ts';

const MOST = 60;

/** The answer to "/places/3" and its like from this device; null where it cannot tell. */
export function viewOf(around: Around, path: string): unknown {
  const { pathname, searchParams } = new URL(path, 'https://box');
  const [, noun, id] = /^\/(places|products|packages)(?:\/(\d+))?$/.exec(pathname) ?? [];
  if (around.stock.at === null || !noun) return null;
  if (noun === 'places') return id ? placeView(around, Number(id)) : { places: places(around) };
  if (noun === 'products') return id ? productView(around, Number(id)) : { products: products(around) };
  if (id) return packageView(around, Number(id));
  return { packages: packages(around, searchParams.get('q') ?? ''), next: null };
}

function places(around: Around): Place[] {
  return around.stock.allPlaces.map((one) => placeOf(around, one));
}

function placeOf({ stock, waiting }: Around, one: CopiedPlace): Place {
  const holds = stock.allPackages.filter((each) =>
    stock.held(each, waiting).some((held) => held.place.id === one.id),
  );
  const { id, name, kind, code, area, walk } = one;
  return {
    id, name, kind, code, area, walk, pos_room: null, active: true, packages: holds.length, version: 0,
  };
}

function placeView(around: Around, id: number): PlaceView | null {
  const place = around.stock.place(id);
  if (!place) return null;
  const lines = around.stock.allPackages.flatMap((one) =>
    linesOf(around, one.product, id).filter((line) => line.package.id === one.id),
  );
  return { place: placeOf(around, place), lines, tasks: [] };
}

function products(around: Around): Product[] {
  return around.stock.allProducts.map((one) => productOf(around, one));
}

function productOf(around: Around, one: CopiedProduct): Product {
  const lines = linesOf(around, one.id);
  const same = lines.filter((line) => line.quantity.unit === one.unit);
  const on_hand = same.map((line) => line.quantity.value).reduce(add, '0');
  return {
    id: one.id, sku: one.sku, name: one.name, brand: one.brand, category: one.category,
    unit: one.unit, content: one.content, gtins: one.gtins, price_cents: null, active: one.active,
    pars: [],
    on_hand: around.stock.hidesProduct(one.id) ? null : { value: on_hand, unit: one.unit }, version: 0,
  };
}

function productView(around: Around, id: number): ProductView | null {
  const product = around.stock.product(id);
  return product && { product: productOf(around, product), lines: linesOf(around, id) };
}

function packageView(around: Around, id: number): PackageView | null {
  const one = around.stock.package(id);
  return one && { package: packageOf(around, one), life: [] };
}

function packages(around: Around, query: string): Package[] {
  const wanted = query.trim().toLowerCase();
  const fits = (one: Package) =>
    [one.tag, one.batch, one.product.name, one.product.sku].some((text) =>
      text?.toLowerCase().includes(wanted),
    );
  return around.stock.allPackages
    .map((one) => packageOf(around, one))
    .filter(fits)
    .slice(0, MOST);
}
