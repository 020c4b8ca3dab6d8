// Online orders for tests: shelves and totes for them, orders by hand, what hands do with them, and their
// printed labels in front of a camera.

import { expects, keys, look, takes } from './acts.mjs';
import { HEIGHT, WIDTH } from './camera.mjs';
import { readBarcodes } from './packages.mjs';

export const SHELF = 'P-01';
export const JAIL = 'Q-1';

/** Places that orders need: two shelves, quarantine, totes 3 to 8. */
export async function placesOf(store) {
  const wanted = [[SHELF, 'packed'], ['P-02', 'packed'], [JAIL, 'quarantine']];
  for (let n = 3; n <= 8; n += 1) wanted.push([`Tote ${n}`, 'tote']);
  for (const [name, kind] of wanted) {
    await store.owner.post('/places', { name, kind, area: null, walk: 0, pos_room: null, active: true });
  }
  const { places } = await store.owner.get('/places');
  store.places = Object.fromEntries(places.map((one) => [one.name, one]));
}

/** An order of these products, entered by hand; with its stock set aside. */
export async function ordered(store, number, lines, { first = 'Maria', last = 'Gonzalez' } = {}) {
  const order = await store.owner.post('/orders', {
    number, customer_first: first, customer_last: last, phone: '(503) 555-4821', way: 'pickup',
    lines: lines.map(([name, quantity]) => ({ product: store.products[name].id, quantity })),
  });
  return order;
}

/** What the label on an order's bag says. */
export const labelOf = (store, order) =>
  `HTTPS://${store.box.facts.host.toUpperCase()}/O/${order.code.replace('-', '')}`;

/** Scans an empty tote for each slot that the screen asks one for. */
export async function totes(profile, store, names) {
  for (const [n, name] of names.entries()) {
    await expects(profile, `Scan an empty tote for slot ${n + 1}`);
    await profile.scans(store.label(name));
  }
}

/** Picks every line of a walk that is open, in the order in which the box gives them. */
export async function picks(profile, store, walk, { most = Infinity } = {}) {
  const { lines } = await look(profile, `/picks/${walk}`);
  const open = lines.filter((line) => line.state === 'to_pick').slice(0, most);
  for (const line of open) {
    await takes(profile, {
      bin: line.bin.name, label: store.label(line.bin.name), tag: line.package.tag, count: line.planned_count,
    });
  }
}

/** At the bench: each package's tag, and how many of it. */
export async function verifies(profile, order) {
  const { lines } = await look(profile, `/orders/${order.id}`);
  for (const item of lines.flatMap((line) => line.items)) {
    const left = Number(item.picked_count) - Number(item.put_back_count) - Number(item.verified_count);
    if (left === 0) continue;
    await profile.scans(item.package.tag);
    await profile.button('Into the bag').waitFor();
    await keys(profile, String(left));
    await profile.tap('Into the bag');
    await profile.button('Into the bag').waitFor({ state: 'detached' });
  }
}

/** Ticks every check, and taps "Packed". */
export async function packs(profile) {
  const main = profile.page.locator('main');
  for (const box of await main.getByRole('checkbox').all()) await box.check({ force: true });
  await profile.tap('Packed');
  await profile.sees('Stick the label on, then scan the shelf');
}

/** A label as printed, held before the camera: the frames of it, for `camera.show`. */
export async function printed(profile, order, paper = 'label') {
  const { width, height, grey } = await profile.page.evaluate(async (at) => {
    const picture = await createImageBitmap(await (await fetch(at)).blob());
    const scale = Math.min(1, 900 / picture.width);
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let text = '';
    for (let n = 0; n < data.length; n += 4) text += String.fromCharCode(data[n]);
    return { width: canvas.width, height: canvas.height, grey: btoa(text) };
  }, `/api/v1/orders/${order.id}/label.png?paper=${paper}`);
  return framed({ data: Buffer.from(grey, 'base64'), width, height });
}

/** A printed page on a table, as a camera that is held over its QR sees it. */
export async function framed({ data, width, height }) {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let n = 0; n < width * height; n += 1) rgba.fill(data[n], n * 4, n * 4 + 3);
  const found = await readBarcodes({ data: rgba, width, height }, { tryHarder: true, formats: ['QRCode'] });
  const { topLeft, bottomRight } = found[0].position;
  const [left, top] = [(topLeft.x + bottomRight.x - WIDTH) >> 1, (topLeft.y + bottomRight.y - HEIGHT) >> 1];
  const frame = Buffer.alloc(WIDTH * HEIGHT, 96);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const [px, py] = [x + left, y + top];
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      // Paper and ink in a lit room, with a little grain.
      frame[y * WIDTH + x] = 34 + Math.round((data[py * width + px] / 255) * 192) + ((x * 7 + y * 13) % 5) - 2;
    }
  }
  return [frame];
}

/** Everything that this device has stored, in whatever the browser keeps things. */
export function storedOn(profile) {
  return profile.page.evaluate(async () => {
    const opened = await new Promise((done, failed) => {
      const opening = indexedDB.open('backstock');
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => failed(opening.error);
    });
    const parts = [];
    for (const name of opened.objectStoreNames) {
      const all = opened.transaction(name).objectStore(name).getAll();
      parts.push(await new Promise((done) => (all.onsuccess = () => done(JSON.stringify(all.result)))));
    }
    opened.close();
    parts.push(JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }));
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) parts.push(request.url);
    }
    return parts.join('\n');
  });
}
