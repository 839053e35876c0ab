import { appendPointer } from '../json/json-pointer.js';
import type { OperationReporters } from './types.js';

/** Reports each path that no request can be for, or that says the same as another. */
export function checkPaths(paths: readonly string[], { report, reportCall }: OperationReporters): void {
  const shapes = new Map<string, string>();
  for (const path of paths) {
    if (path.startsWith('x-')) continue;
    const place = appendPointer('#/paths', path);
    const flaw = flawOf(path);
    if (flaw !== undefined) {
      const tell = flaw.isPlayable ? reportCall : report;
      tell(place, `The path ${JSON.stringify(path)} ${flaw.problem}.`, flaw.hint);
      continue;
    }
    const shape = path.replace(/\{[^}]*\}/g, '{}');
    const same = shapes.get(shape);
    if (same !== undefined) {
      reportCall(place, `${path} is the same path as ${same}.`, 'Write the operations of both under one of them.');
    }
    shapes.set(shape, path);
  }
}

interface Flaw {
  readonly problem: string;
  readonly hint: string;
  /** Whether requests for it are told from others all the same. */
  readonly isPlayable?: boolean;
}

function flawOf(path: string): Flaw | undefined {
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
    return {
      problem: 'has two parameters with nothing between',
      hint: 'Put a character between them.',
      isPlayable: true,
    };
  const names = path.match(/\{[^}]+\}/g) ?? [];
  if (new Set(names).size < names.length)
    return { problem: 'has a parameter twice', hint: 'Give each a name of its own.', isPlayable: true };
  return undefined;
}
