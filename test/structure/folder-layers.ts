/**
 * The layers of each workspace with hand-written sources, top first. A layer lists modules: a folder of `src/`, or a file
 * of it without its ending. A file belongs to the module with the longest matching name, so that `commands/serve` can
 * stand above `commands`. Imports, those of types too, stay in their module or go to a layer below.
 */
export const workspaces: Record<string, { layers: readonly (readonly string[])[] }> = {
  generator: {
    layers: [
      ['generate', 'spec-diff', 'index'],
      ['run-generate'],
      ['generate-api'],
      ['make-api', 'make-outputs', 'write-outputs', 'read-arguments', 'released'],
      ['api-parts', 'find-documents', 'lint', 'outputs', 'readmes'],
      ['downloads'],
      ['samples', 'typescript'],
      ['types'],
      ['errors', 'make-folder'],
    ],
  },

  'packages/contract': {
    layers: [
      ['index', 'request-validators', 'result-validators', 'standard-schema'],
      ['generated'],
      ['validator'],
      ['types'],
    ],
  },

  'packages/document': {
    layers: [
      ['index', 'compiler'],
      ['watch'],
      ['load-document', 'client'],
      ['validators', 'overlay'],
      ['model'],
      ['forms'],
      ['lift'],
      ['read'],
      ['json', 'errors'],
      ['types'],
      ['system-time', 'error-brand', 'check-options', 'call-listener'],
      ['redaction'],
    ],
  },

  'packages/signing': {
    layers: [
      ['index', 'node', 'webcrypto'],
      ['signing-middleware'],
      ['sign-request', 'verify-signature', 'create-nonce-store'],
      ['explain-mismatch', 'mistakes-in-words', 'option-checks'],
      ['signature'],
      ['types'],
      ['errors'],
      ['check-options', 'error-brand'],
    ],
  },

  'packages/client': {
    layers: [
      ['lite'],
      ['index', 'api'],
      ['create-nexconn-client'],
      ['methods'],
      ['http'],
      ['pipeline'],
      ['request', 'response'],
      ['call', 'clock-skew', 'create-emitter', 'otel'],
      ['resolve-options'],
      ['options'],
      ['platform'],
      ['transport', 'app-secrets', 'redis', 'postgres', 'd1'],
      ['rate-store', 'proxy'],
      ['types'],
      ['nexconn-api'],
      ['generated'],
      ['writers'],
      ['table-types'],
      ['call-options', 'errors', 'failover', 'call-listener', 'rate-limit'],
      ['redaction', 'check-options', 'error-brand'],
      ['system-time'],
    ],
  },

  'packages/mock': {
    layers: [
      ['vitest', 'msw', 'index', 'profile/index'],
      ['profile/profile'],
      ['create-mock', 'start-mock'],
      ['assemble-mock'],
      ['server', 'resolve-options'],
      ['pipeline', 'types'],
      ['console', 'mock-state'],
      ['exchanges', 'engine', 'faults'],
      ['settings'],
      ['state'],
      ['forms'],
      ['http'],
      ['document'],
      ['profile/rules'],
      ['errors'],
      ['check-options', 'call-listener', 'error-brand', 'system-time', 'watch-signal'],
      ['redaction'],
      ['generated'],
    ],
  },

  'packages/token-service': {
    layers: [
      ['index', 'node', 'token-endpoint', 'sqlite', 'redis', 'postgres', 'd1'],
      ['create-token-service', 'handler'],
      ['issue'],
      ['resolve-options'],
      ['stores'],
      ['users'],
      ['with-timeout', 'call-listener', 'watch-signal', 'own-clock'],
      ['redaction'],
      ['system-time'],
      ['types'],
      ['errors'],
      ['check-options', 'error-brand'],
      ['generated'],
    ],
  },

  'packages/token-source': {
    layers: [
      ['index', 'react'],
      ['create-token-source', 'connect'],
      ['source'],
      ['resolve-options', 'cache'],
      ['fetch'],
      ['single-flight', 'emitter'],
      ['waiting'],
      ['settings', 'environment', 'call-listener', 'watch-signal'],
      ['redaction'],
      ['system-time'],
      ['types'],
      ['errors'],
      ['check-options', 'error-brand'],
    ],
  },

  'packages/token-server': {
    layers: [
      ['bin'],
      ['index', 'create-program', 'print-version'],
      ['commands'],
      ['server'],
      ['login', 'stores'],
      ['settings'],
      ['command-line'],
      ['with-timeout', 'legible'],
      ['system-time'],
    ],
  },

  'packages/cli': {
    layers: [
      ['bin'],
      ['create-program', 'print-version'],
      ['commands/probe'],
      [
        'commands/sandbox',
        'commands/token',
        'commands/call',
        'commands/test',
        'commands/sign',
        'commands/verify',
        'commands/generate',
        'commands/openapi',
        'commands/init',
        'commands/completion',
        'commands/doctor',
        'commands/mock',
      ],
      ['contract-test'],
      ['api'],
      ['options', 'process', 'terminal', 'wire'],
      ['system-time'],
    ],
  },

  'packages/docs': {
    layers: [['index']],
  },
};
