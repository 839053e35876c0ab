import { runSuite } from './suite.js';

const results = await runSuite(JSON.parse(process.argv[2]));
console.log(JSON.stringify(results));
