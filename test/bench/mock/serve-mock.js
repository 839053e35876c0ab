// Our mock as published, with a line on standard output for each request, written as the command writes it.
import { startMock } from '@nexconn-kit/mock';

let lines = '';
function log(line) {
  if (lines === '') setImmediate(flush);
  lines += `${line}\n`;
}

function flush() {
  process.stdout.write(lines);
  lines = '';
}

const mock = await startMock({ port: 0, rateLimit: false, log });
process.send?.({ port: Number(new URL(mock.url).port) });
process.on('disconnect', () => process.exit());
