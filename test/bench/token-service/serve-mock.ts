// Serves a mock that keeps to its own rate limit, and says what it refused for it.
import { startMock } from '@nexconn-kit/mock';

process.on('disconnect', () => process.exit());
const [rateLimit = '200'] = process.argv.slice(2);
const mock = await startMock({ port: 0, rateLimit: Number(rateLimit), journalSize: 200_000 });
process.on('message', async (question: { rotateTo?: string }) => {
  const { url, appKey, appSecret } = mock;
  if (question.rotateTo !== undefined) await mock.console.rotateSecret({ appKey, appSecret: question.rotateTo });
  const { tokenCount } = await mock.console.getApp({ appKey });
  const refused = (await mock.console.listJournal({ appKey, status: 429 })).entries.length;
  process.send?.({ url, appKey, appSecret, tokenCount, refused });
});
process.send?.('ready');
