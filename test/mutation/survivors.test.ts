import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type EquivalentMutant, judgeReport, type MutationReport } from './survivors.js';
import { targets } from './targets.js';

const file = 'packages/signing/src/a.ts';
const source = 'function f(n) {\n  return n > 1;\n}\n';
const survivor = { file, line: 'return n > 1;', mutator: 'EqualityOperator', replacement: 'n >= 1' };

function makeReport(...statuses: readonly string[]): MutationReport {
  const location = { start: { line: 2, column: 10 } };
  const mutants = statuses.map((status, index) => ({
    mutatorName: 'EqualityOperator',
    replacement: index === 0 ? 'n >= 1' : `other ${index}`,
    status,
    location,
  }));
  return { files: { [file]: { source, mutants } } };
}

describe('a report', () => {
  it('counts what was noticed, by a failure or a hang, among all that was tried', () => {
    const statuses = ['Survived', 'Killed', 'Timeout', 'NoCoverage', 'Ignored', 'CompileError', 'RuntimeError'];
    expect(judgeReport(makeReport(...statuses), [])).toMatchObject({ mutants: 4, score: 50 });
    expect(judgeReport({ files: {} }, []).score).toBe(0);
  });

  it('names each survivor with its place, unless it is known to be equivalent', () => {
    const report = makeReport('Survived', 'Killed');
    expect(judgeReport(report, [])).toMatchObject({ unnamed: [{ ...survivor, place: `${file}:2:10` }], stale: [] });
    expect(judgeReport(report, [{ ...survivor, reason: 'n is odd.' }])).toMatchObject({ unnamed: [], stale: [] });
    const another = { ...survivor, replacement: 'n < 1', reason: 'n is odd.' };
    expect(judgeReport(report, [another])).toMatchObject({ unnamed: [survivor], stale: [another] });
  });

  it('takes for stale what is noticed now, and says nothing of files that were not tried', () => {
    const named = [
      { ...survivor, reason: 'n is odd.' },
      { ...survivor, file: 'b.ts', reason: 'n is odd.' },
    ];
    expect(judgeReport(makeReport('Killed'), named).stale).toEqual([named[0]]);
  });
});

describe.each(Object.keys(targets))('the equivalent mutants of %s', (name) => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
  const equivalent = JSON.parse(read(`equivalent/${name}.json`)) as EquivalentMutant[];

  it('have a reason each, and a line that is there', () => {
    const isThere = ({ file: path, line, reason }: EquivalentMutant) =>
      reason.length > 20 &&
      read(`../../${path}`)
        .split('\n')
        .some((each) => each.trim() === line);
    expect(equivalent.filter((each) => !isThere(each))).toEqual([]);
  });
});
