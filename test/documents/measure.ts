import { writeSync } from 'node:fs';
import { measureDocument } from './measure-document.js';

const [path = '', calls = '100', seed = '1', seconds = '60'] = process.argv.slice(2);
writeSync(1, `${JSON.stringify(await measureDocument(path, Number(calls), Number(seed), Number(seconds)))}\n`);
process.exit();
