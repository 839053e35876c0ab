// Times what a test file pays: the import, then the way from createMock to the first answer.
import { signRequest } from '@nexconn-kit/signing';

const start = performance.now();
const { createMock } = await import('@nexconn-kit/mock');
const imported = performance.now();
const mock = createMock();
const made = performance.now();
const response = await mock.fetch(
  new Request('http://mock/v4/auth/access-token/issue', {
    method: 'POST',
    headers: { ...signRequest(mock), 'Content-Type': 'application/json' },
    body: JSON.stringify({ userId: 'jlk456j5', name: 'Ada' }),
  }),
);
if (response.status !== 200) throw new Error(`The mock answered ${response.status}.`);
const answered = performance.now();
console.log(
  JSON.stringify({ importMs: imported - start, readyMs: made - imported, firstAnswerMs: answered - imported }),
);
