import { expect, it } from 'vitest';
import { startScript } from '../support/start-script.js';

it('members that every object inherits from somebody else keep nothing from working', async () => {
  await using script = await startScript(new URL('inherited-members/use-packages.ts', import.meta.url));
  expect(await script.ask({})).toEqual({
    signRequest: true,
    verifySignature: [true, false],
    explainMismatch: 'app-key-as-secret',
    client: 'ada',
    'client over a fetch': 'ada',
    'client.http': 'ada',
    'token service': 'ada',
    reissueAll: 0,
    'token source': true,
    'console of the mock': 1,
  });
});
