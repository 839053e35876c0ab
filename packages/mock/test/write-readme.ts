import { readFileSync, writeFileSync } from 'node:fs';
import { withFaultTable } from './fault-table-markdown.js';

const readme = new URL('../README.md', import.meta.url);
writeFileSync(readme, withFaultTable(readFileSync(readme, 'utf8')));
