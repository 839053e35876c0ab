#!/usr/bin/env node
import { referencePagePath } from '@nexconn-kit/docs';
import { startCommandLine } from '@nexconn-kit/token-server/command-line';
import { createProgram } from './create-program.js';
import { keepYoungGenerationSmall } from './process/young-generation.js';

keepYoungGenerationSmall();
await startCommandLine((context) => createProgram(context, referencePagePath));
