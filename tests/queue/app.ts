// What of the web app is put to the test, as it is: the outbox, the device's database, and the client
// that makes requests and reads answers.

export { Outbox } from '../../web/src/lib/outbox.svelte.ts';
export { database } from '../../web/src/lib/db.ts';
export { Problem, call } from '../../web/src/lib/api/client.ts';
