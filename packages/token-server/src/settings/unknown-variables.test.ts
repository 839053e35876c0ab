import { expect, it } from 'vitest';
import { knownVariables } from './serve-settings.js';
import { unknownVariables } from './unknown-variables.js';

const found = (env: Record<string, string>) => unknownVariables(env, knownVariables());

it.each([
  ['NEXCONN_TOKEN_TTL_SECONDS', 'NEXCONN_TOKEN_VALIDITY_SECONDS'],
  ['NEXCONN_APPKEY', 'NEXCONN_APP_KEY'],
  ['NEXCONN_NEXT_APP_SECRET', 'NEXCONN_APP_SECRET_NEXT'],
  ['nexconn_region', 'NEXCONN_REGION'],
  ['NEXCONN_QQQ', undefined],
])('%s is unknown, and %s is most like it', (variable, didYouMean) => {
  expect(found({ [variable]: 'x', PATH: '/bin' })).toEqual([{ variable, didYouMean }]);
});

it('every variable that is read is known', () => {
  const names = [
    'NEXCONN_CONFIG',
    'NEXCONN_USER_ID_KEY',
    'NEXCONN_APP_SECRET_NEXT',
    'NEXCONN_PORT',
    'NEXCONN_LOG_LEVEL',
  ];
  expect(found(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([]);
});

it.each(['NEXCONN', 'NEXCONN_TOKENS'])('what Kubernetes sets for a Service called %s is no mistake', (service) => {
  expect(
    found({
      [`${service}_SERVICE_HOST`]: '10.0.0.1',
      [`${service}_SERVICE_PORT`]: '4020',
      [`${service}_SERVICE_PORT_HTTP`]: '4020',
      [`${service}_PORT`]: 'tcp://10.0.0.1:4020',
      [`${service}_PORT_4020_TCP`]: 'tcp://10.0.0.1:4020',
      [`${service}_PORT_4020_TCP_PROTO`]: 'tcp',
      [`${service}_PORT_4020_TCP_PORT`]: '4020',
      [`${service}_PORT_4020_TCP_ADDR`]: '10.0.0.1',
    }),
  ).toEqual([]);
});
