// Logs one user in after the other with a token service over a SQLite file, and tells of each token; it is killed.
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenService } from '@nexconn-kit/token-service';
import { patient, patientService } from '../../support/patient.js';
import { openStore } from './open-store.js';

const [baseUrl = '', appKey = '', appSecret = '', file = '', first = '0'] = process.argv.slice(2);
const client = createNexconnClient({ appKey, appSecret, baseUrl, rateLimit: false, ...patient });
const store = await openStore(file);
const tokens = createTokenService({ client, store, ...patientService });

async function logIn(from: number): Promise<void> {
  for (let index = from; ; index += 8) {
    const userId = `u${index * 7919}x`;
    const { accessToken } = await tokens.get({ userId, name: 'A' });
    process.send?.({ userId, accessToken });
  }
}

process.on('disconnect', () => process.exit());
process.send?.({ isReady: true });
await Promise.all(Array.from({ length: 8 }, (_, lane) => logIn(Number(first) + lane)));
