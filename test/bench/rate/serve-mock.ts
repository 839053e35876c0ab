import { startMock } from '@nexconn-kit/mock';

/** Serves a mock with its own rate limit on, until the parent process lets go, and tells it when requests came. */

process.on('disconnect', () => process.exit());

const mock = await startMock({ port: 0, journalSize: 1_000_000 });
process.on('message', async () => {
  const { entries } = await mock.console.listJournal();
  process.send?.(entries.map(({ at, status }) => ({ at, status })));
});
const { url, appKey, appSecret } = mock;
process.send?.({ url, appKey, appSecret });
