import { startMock } from '@nexconn-kit/mock';

const mock = await startMock({ host: '0.0.0.0', port: 4010 });
// Process 1 of a container has no default for a signal: without a listener it would go on.
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => mock.close());
console.log(`The mock is ready at ${mock.url}`);
