import { readFileSync, writeFileSync } from 'node:fs';
import { guidePath, withFaultTable } from './fault-table-markdown.js';

writeFileSync(guidePath, withFaultTable(readFileSync(guidePath, 'utf8')));
