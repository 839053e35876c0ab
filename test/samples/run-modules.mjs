// Imports one module after the other, and tells what each has written and whether it came to its end.
import { setTimeout as wait } from 'node:timers/promises';

const results = [];
let current;
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  stream.write = (text, ...more) => {
    if (!current) return write(text, ...more);
    current.output += text;
    return true;
  };
}
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    if (current) current.failure ??= `${error?.stack ?? error}`;
  });
}
for (const file of process.argv.slice(2)) {
  current = { file, output: '' };
  results.push(current);
  try {
    await import(`${process.cwd()}/${file}`);
    // What it has begun and not waited for, such as a listener, is told as its own failure.
    await wait(0);
  } catch (error) {
    current.failure = `${error?.stack ?? error}`;
  }
}
current = undefined;
process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit(0));
