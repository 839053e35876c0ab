// Issues anew for all users of a store, a SQLite file or a Redis, after a rotation, and tells of each; it is killed.
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenService } from '@nexconn-kit/token-service';
import { patient, patientService } from '../../support/patient.js';
import { openStore } from './open-store.js';

const [baseUrl = '', appKey = '', appSecret = '', place = ''] = process.argv.slice(2);
const client = createNexconnClient({ appKey, appSecret, baseUrl, rateLimit: false, ...patient });
const tokens = createTokenService({ client, store: await openStore(place), ...patientService });

process.on('disconnect', () => process.exit());
await tokens.reissueAll({ onProgress: ({ done, failed }) => process.send?.({ done, failed }) });
process.exit();
