// Our mock as published, with a line on standard output for each request, as the command has it.
import { startMock } from '@nexconn-kit/mock';

const mock = await startMock({ port: 0, rateLimit: false, log: (line) => process.stdout.write(`${line}\n`) });
process.send?.({ port: Number(new URL(mock.url).port) });
process.on('disconnect', () => process.exit());
