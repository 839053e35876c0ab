import type { ResolvedDocument, ResolvedOperation } from '@nexconn-kit/document/compiler';
import { expect, it } from 'vitest';
import { chooseCredentials } from './credentials.js';

it.each(['constructor', 'toString', '__proto__'])(
  'a scheme that is named %s needs its credential as any other',
  (name) => {
    const operation = { operationId: 'getAnimal', security: [[name]] } as unknown as ResolvedOperation;
    const securitySchemes: ResolvedDocument['securitySchemes'] = JSON.parse(`{"${name}":{"type":"bearer"}}`);
    const choose = (env: Record<string, string>) => chooseCredentials(operation, { securitySchemes }, { env });
    expect(() => choose({})).toThrow(/^getAnimal needs NEXCONN_CREDENTIAL_\w+ \(a token\)/);
    const variable = `NEXCONN_CREDENTIAL_${name.replace('S', '_S').replaceAll('__', '_').toUpperCase()}`;
    expect(choose({ [variable]: 'token-1' }).secrets).toContain('token-1');
  },
);
