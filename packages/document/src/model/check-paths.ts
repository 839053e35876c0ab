import { appendPointer } from '../json/json-pointer.js';
import type { ProblemReporter } from './types.js';

/** Reports each path that no request can be for, or that says the same as another. */
export function checkPaths(paths: readonly string[], report: ProblemReporter): void {
  const shapes = new Map<string, string>();
  for (const path of paths) {
    if (path.startsWith('x-')) continue;
    const place = appendPointer('#/paths', path);
    const flaw = flawOf(path);
    if (flaw !== undefined) {
      report(place, `The path ${JSON.stringify(path)} ${flaw.problem}.`, flaw.hint);
      continue;
    }
    const shape = path.replace(/\{[^}]*\}/g, '{}');
    const same = shapes.get(shape);
    if (same !== undefined) {
      report(place, `${path} is the same path as ${same}.`, 'Write the operations of both under one of them.');
    }
    shapes.set(shape, path);
  }
}

function flawOf(path: string): { readonly problem: string; readonly hint: string } | undefined {
  if (!path.startsWith('/')) return { problem: 'does not begin with /', hint: 'Write it as /things/{thingId}.' };
  if (/[?#]/.test(path))
    return { problem: 'has a query or a fragment', hint: 'Write what follows ? as query parameters.' };
  if (/[{}]/.test(path.replace(/\{[^{}/]+\}/g, ''))) {
    return {
      problem: 'has a brace that is none of a parameter',
      hint: 'Write a parameter as {thingId}, within one segment.',
    };
  }
  if (path.includes('}{'))
    return { problem: 'has two parameters with nothing between', hint: 'Put a character between them.' };
  const names = path.match(/\{[^}]+\}/g) ?? [];
  if (new Set(names).size < names.length)
    return { problem: 'has a parameter twice', hint: 'Give each a name of its own.' };
  return undefined;
}
