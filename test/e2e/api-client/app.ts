// A program of somebody who has generated a client of `openapi.yaml` into `src/api`; prints what came of its calls.
import { createApiClient } from '@nexconn-kit/client/api';
import { clientApi } from './src/api/index.gen.js';

const key = 'k-5f2e8a11c0';
const { MOCK_URL = '', CLOSED_URL = '' } = process.env;
const events: unknown[] = [];
const orders = createApiClient(clientApi, {
  baseUrl: MOCK_URL,
  credentials: { key },
  onEvent: (event) => events.push(event),
});
const added = await orders.addNote({ orderId: 'A17', text: 'Ring "twice"', 'Idempotency-Key': 'n-1' });
const notes: string[] = await orders.listNotes({ orderId: 'A17', tag: ['a', 'b'], limit: 5 });
const { data } = await orders.http.GET('/orders/{orderId}/notes', { params: { path: { orderId: 'A17' } } });
// @ts-expect-error: a text is missing
const incomplete = await failureOf(orders.addNote({ orderId: 'A17' }));
const refused = await failureOf(orders.listNotes({ orderId: 'a17', limit: 101 }));
await orders.close();

const lost = createApiClient(clientApi, { baseUrl: CLOSED_URL, credentials: { key }, retry: false });
const unreached = await failureOf(lost.listNotes({ orderId: 'A17' }));
await lost.close();
console.log(JSON.stringify({ added, notes, data, incomplete, refused, unreached: unreached.code }));
// What is said of calls never shows the key.
console.error(events, unreached);

async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => new Error('It was answered.'),
    (thrown: Error) => thrown,
  );
  const { code, issues = [] } = error as { code?: string; issues?: { field: string }[] };
  return { code, fields: issues.map(({ field }) => field), text: `${error.stack}` };
}
