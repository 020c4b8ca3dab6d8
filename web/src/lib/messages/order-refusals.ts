// Why an order of a file is not taken. The box says it in English; here by its code, in the language of whoever reads
// it. `tests/it/tidy.rs` holds the codes against those that the box gives.

export const REFUSED_EN: Record<string, string> = {
  order_without_id: 'It does not say which order it is.',
  order_without_lines: 'The order has no lines: there is nothing to pick.',
  too_many_lines: 'The order has too many lines.',
  too_many_orders: 'The file has too many orders: from here on, send them on their own.',
  too_long: 'This is too long, or a quote never closes.',
  missing: 'The line names no item.',
  bad_quantity: 'This is not a quantity above zero.',
  bad_time: 'This is not a time such as 2026-11-27T16:30-08:00.',
  bad_way: 'This is not pickup, curbside or delivery.',
  window_wrong: 'The window ends before it begins.',
  contradicts: 'The same order stands here twice and says different things. Which is right?',
};

export const REFUSED_ES: Record<string, string> = {
  order_without_id: 'No dice qué orden es.',
  order_without_lines: 'La orden no tiene líneas: no hay nada que surtir.',
  too_many_lines: 'La orden tiene demasiadas líneas.',
  too_many_orders: 'El archivo trae demasiadas órdenes: desde aquí, envíelas aparte.',
  too_long: 'Es demasiado largo, o unas comillas no se cierran.',
  missing: 'La línea no nombra ningún artículo.',
  bad_quantity: 'No es una cantidad mayor que cero.',
  bad_time: 'No es una hora como 2026-11-27T16:30-08:00.',
  bad_way: 'No es en tienda, en la acera ni entrega.',
  window_wrong: 'El horario termina antes de empezar.',
  contradicts: 'La misma orden está dos veces y dice cosas distintas. ¿Cuál es la correcta?',
};

/** What of an order is meant, as the box names it. */
export const FIELDS_EN: Record<string, string> = {
  id: 'Order', item: 'Item', sku: 'SKU', quantity: 'Quantity', window: 'Window', placed: 'Ordered', way: 'Way',
  lines: 'Lines', orders: 'Orders', row: 'Row',
};

export const FIELDS_ES: Record<string, string> = {
  id: 'Orden', item: 'Artículo', sku: 'SKU', quantity: 'Cantidad', window: 'Horario', placed: 'Pedida', way: 'Entrega',
  lines: 'Líneas', orders: 'Órdenes', row: 'Fila',
};
