#!/usr/bin/env -S node --max-semi-space-size=4
// The flag keeps the memory of a busy mock low: the garbage of its requests is collected four times as often.
import { referencePagePath } from '@nexconn-kit/docs';
import { startCommandLine } from '@nexconn-kit/token-server/command-line';
import { createProgram } from './create-program.js';

await startCommandLine((context) => createProgram(context, referencePagePath));
