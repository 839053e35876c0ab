const benches: Record<string, () => Promise<object>> = {
  signing: async () => (await import('./signing.js')).benchSigning(),
  generate: async () => (await import('./generate.js')).benchGenerate(),
  generators: async () => (await import('./generators.js')).benchGenerators(),
  mock: async () => (await import('./mock.js')).benchMock(),
  client: async () => (await import('./client.js')).benchClient(),
  rate: async () => (await import('./rate.js')).benchRate(),
  'token-service': async () => (await import('./token-service.js')).benchTokenService(),
  'token-stores': async () => (await import('./token-stores.js')).benchTokenStores(),
  bulk: async () => (await import('./bulk.js')).benchBulk(),
  docs: async () => (await import('./docs.js')).benchDocs(),
  'mock-state': async () => (await import('./mock-state.js')).benchMockState(),
};

const [name = ''] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  const names = Object.keys(benches).join(', ');
  console.error(`${name === '' ? 'No bench is named' : `There is no bench "${name}"`}. Choose one of: ${names}.`);
  process.exitCode = 2;
} else {
  console.log(JSON.stringify(await bench()));
}
