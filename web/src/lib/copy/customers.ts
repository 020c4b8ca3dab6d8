// What of an answer may stay on a device: of online orders everything but the customer. Names, numbers, phones,
// windows and notes are on a screen while it is open, and nowhere else. Pure.

const OF_THE_CUSTOMER = new Set(['number', 'customer', 'phone', 'window_from', 'window_to', 'cancel_note']);
/** Answers that hold orders: the desk's, the walk's, the wall's. */
const HOLDS_ORDERS = /^\/(orders|picks|walks|board)\b/;

/** The answer as it may be kept; undefined where even its address tells something. */
export function withoutCustomers(path: string, data: unknown): unknown {
  if (!HOLDS_ORDERS.test(path)) return data;
  if (/[?&]q=/.test(path)) return undefined;
  return cleared(data);
}

function cleared(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleared);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, OF_THE_CUSTOMER.has(name) ? null : cleared(one)]),
  );
}
