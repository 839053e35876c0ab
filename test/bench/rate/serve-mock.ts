import { startMock } from '@nexconn-kit/mock';

/** Serves a mock with its own rate limit on, until the parent process lets go, and tells it when requests came. */

process.on('disconnect', () => process.exit());

const mock = await startMock({ port: 0, journalSize: 1_000_000 });
const { url, appKey, appSecret } = mock;
process.on('message', async (question: 'api' | 'journal') => {
  if (question === 'api') return process.send?.({ url, appKey, appSecret });
  const { entries } = await mock.console.listJournal();
  return process.send?.(entries.map(({ at, status }) => ({ at, status })));
});
process.send?.('ready');
