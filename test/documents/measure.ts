import { writeSync } from 'node:fs';
import { measureDocument } from './measure-document.js';
import { measureGenerated } from './measure-generated.js';

const [what = '', path = '', count = '100', seed = '1', seconds = '60'] = process.argv.slice(2);
const limits = { path, seed: Number(seed), seconds: Number(seconds) };
const measured =
  what === 'generated'
    ? await measureGenerated({ ...limits, bodies: Number(count) })
    : await measureDocument(path, Number(count), limits.seed, limits.seconds);
writeSync(1, `${JSON.stringify(measured)}\n`);
process.exit();
