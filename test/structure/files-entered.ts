// Prints which files of packages one warm call enters, by V8's precise coverage: how much code a reader of that call reads.
//   npm run entered --workspace=test -- client mock
import { Session } from 'node:inspector/promises';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';

const packages = resolve(import.meta.dirname, '../../packages');
/** Enough for every lazy part to be there, and for the limiter to have a place free again. */
const warmCalls = 20;

const names = process.argv.slice(2);
const entered = await enteredBy(await createCall());
for (const name of names.length > 0 ? names : ['client', 'mock']) {
  const files = entered.filter((file) => file.startsWith(`${name}/src/`));
  console.log(`${name}: ${files.length} files\n${files.map((file) => `  ${file}`).join('\n')}`);
}
process.exit();

/** Returns one call of the client that a mock in this process answers; both have been used before. */
async function createCall(): Promise<() => Promise<unknown>> {
  const mock = await startMock({ port: 0 });
  const { appKey, appSecret } = mock;
  const nexconn = createNexconnClient({ appKey, appSecret, baseUrl: mock.url });
  const call = () => nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  for (let made = 0; made < warmCalls; made += 1) await call();
  return call;
}

/** Returns the files below `packages/` in which a function ran, in the order of their paths. */
async function enteredBy(call: () => Promise<unknown>): Promise<string[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await call();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ url, functions }) => url.startsWith('file:') && functions.some(({ ranges }) => ranges[0]?.count))
    .map(({ url }) => relative(packages, fileURLToPath(url)))
    .filter((file) => !file.startsWith('..'))
    .sort();
}
