import { writeSync } from 'node:fs';

const [what = '', path = '', count = '100', seed = '1', seconds = '60'] = process.argv.slice(2);
const limits = { path, seed: Number(seed), seconds: Number(seconds) };

/** Each is loaded alone: what the others import would count as memory. */
async function measure(): Promise<object> {
  if (what === 'generator') return (await import('./measure-generator.js')).measureGenerator(path, count);
  if (what === 'generated') {
    return (await import('./measure-generated.js')).measureGenerated({ ...limits, bodies: Number(count) });
  }
  const { measureDocument } = await import('./measure-document.js');
  return measureDocument(path, Number(count), limits.seed, limits.seconds);
}

writeSync(1, `${JSON.stringify(await measure())}\n`);
process.exit();
