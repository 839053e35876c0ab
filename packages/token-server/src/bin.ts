#!/usr/bin/env node
import { startCommandLine } from './command-line/start.js';
import { createProgram } from './create-program.js';

await startCommandLine(createProgram);
