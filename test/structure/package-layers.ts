/** What the command line brings together, and the tests of all. */
const allButCli = [
  'contract',
  'document',
  'generator',
  'signing',
  'client',
  'mock',
  'docs',
  'token-service',
  'token-server',
  'token-source',
];

/**
 * Which packages of ours each workspace may use, in `package.json` and in imports. Arrows point one way: contract and signing,
 * then client and mock, then token-service, token-server and cli. Token-source needs nothing of others; the page of the
 * sandbox is an app that uses it.
 */
export const mayUse: Readonly<Record<string, readonly string[]>> = {
  // A document is read in the same way at build and at run time.
  generator: ['document'],
  'packages/contract': [],
  // Its hand-written part alone, for which nothing need be generated.
  'packages/document': ['contract'],
  'packages/signing': [],
  'packages/client': ['contract', 'signing'],
  // What it plays is handed to it, so that it knows no document.
  'packages/mock': ['contract', 'signing'],
  // The mock plays the API in its tests.
  'packages/token-service': ['client', 'contract', 'mock'],
  'packages/token-source': [],
  // "Try it" has the form that the console of the mock has, and signs in the page.
  'packages/docs': ['contract', 'mock', 'signing'],
  'packages/token-server': ['client', 'contract', 'token-service', 'mock'],
  'packages/cli': allButCli,
  test: allButCli,
};
