import { runGenerate } from './run-generate.js';

process.exitCode = await runGenerate(process.argv.slice(2), console);
