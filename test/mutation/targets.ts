/** What is mutated of a package, and by which tests that has to be noticed. */
export interface MutationTarget {
  /** Globs within the package, those of Stryker: `!` takes out again. Tests and generated files are never mutated. */
  readonly mutate: readonly string[];
  /** The least part of the mutants that tests must notice, in per cent, those named as equivalent among the others. */
  readonly threshold: number;
  /** Tests that would only take time: they are about something else, or run it in another process, where no mutant is active. */
  readonly withoutTests?: readonly string[];
  /** After how long a test counts as one that hangs, where all are quick: else Stryker starts a new process after each. */
  readonly testTimeoutMs?: number;
}

/**
 * By the name of the package's folder. What stands as the same text in several (`test/structure/copies.test.ts`) is mutated
 * in one of them: `check-options.ts` and `error-brand.ts` in signing, which needs no other
 * package, `watch-signal.ts` in client, `redaction/`, `call-listener.ts` and `system-time.ts` in token-source.
 */
export const targets: Readonly<Record<string, MutationTarget>> = {
  signing: {
    mutate: ['src/**/*.ts'],
    threshold: 95,
    // A mutant that never ends is found by how often it is run beside the source, sooner where that is not so often.
    withoutTests: ['src/signature/expiring-set.size.test.ts'],
  },
  client: {
    mutate: [
      'src/pipeline/**/*.ts',
      'src/rate-limit/**/*.ts',
      'src/app-secrets.ts',
      'src/failover.ts',
      'src/call/watch-signal.ts',
    ],
    threshold: 92,
    // What is tried over sockets, or of a whole fleet, stands beside the code as well; the others are about what is not mutated.
    withoutTests: ['test/**/*.test.ts', 'src/{http,otel,platform,redis,request,response}/*.test.ts'],
    testTimeoutMs: 8_000,
  },
  mock: {
    mutate: ['src/state/**/*.ts', 'src/pipeline/check-signature.ts'],
    threshold: 92,
    withoutTests: [
      'src/state/size.test.ts',
      'test/fast-and-prism-agree.test.ts',
      'src/server/listener.test.ts',
      'src/pipeline/record.test.ts',
      'src/pipeline/other-document.test.ts',
      'src/faults/apply-fault.test.ts',
      'src/start-mock.test.ts',
    ],
  },
  'token-service': {
    // What stands in Redis, PostgreSQL and SQLite is tried on real ones, by other processes.
    mutate: [
      'src/**/*.ts',
      '!src/{postgres,redis,sqlite}/**',
      '!src/redaction/**',
      '!src/{check-options,error-brand,call-listener,system-time,watch-signal}.ts',
    ],
    threshold: 92,
    withoutTests: [
      'test/killed-transaction.test.ts',
      'test/left-lease.test.ts',
      'test/sqlite-at-rest.test.ts',
      'test/api-outage.test.ts',
      'test/frameworks.test.ts',
    ],
    testTimeoutMs: 20_000,
  },
  'token-source': {
    mutate: ['src/**/*.ts', '!src/{check-options,error-brand,watch-signal}.ts'],
    threshold: 92,
    testTimeoutMs: 10_000,
  },
};
