import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Explanation, explanations } from './explain-difference.js';
import { type FoundDocument, findDocuments } from './find-documents.js';
import type { Measurement } from './measure-document.js';
import type { GeneratedMeasurement } from './measure-generated.js';

const usage =
  'npm run documents -- FOLDER [--calls 100] [--bodies 1000] [--seed 1] [--only NAME] [--seconds 120] [--differences]';
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: 'string', default: '100' },
    bodies: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    seconds: { type: 'string', default: '120' },
    differences: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error(usage);
  process.exit(2);
}

const widths = [34, 13, 8, 9, 7, 12, 5, 7];
const heads = ['document', 'played/there', 'load ms', 'ready ms', 'MB', 'equal/calls', '500s', 'crashes'];
print(heads);
const found = (await findDocuments(resolve(process.env.INIT_CWD ?? '.', folder))).filter(
  ({ name }) => values.only === undefined || name.includes(values.only),
);
const sum = {
  documents: 0,
  loaded: 0,
  played: 0,
  there: 0,
  calls: 0,
  equal: 0,
  notCompared: 0,
  failures: 0,
  crashes: 0,
};
const generatedSum = {
  called: 0,
  answered: 0,
  wrongExamples: 0,
  notSent: 0,
  judged: 0,
  equal: 0,
  tscErrors: 0,
  failed: 0,
};
const reasons = new Map<Explanation, number>();
for (const document of found) {
  const measured = await measureInProcess<Measurement>('played', document, values.calls);
  sum.documents += 1;
  if (typeof measured === 'string') {
    sum.crashes += 1;
    print([document.name, measured]);
    continue;
  }
  if (measured.refused === undefined) sum.loaded += 1;
  for (const key of ['played', 'there', 'calls', 'equal', 'notCompared', 'failures', 'crashes'] as const)
    sum[key] += measured[key];
  const { there, played, loadMs, playableMs, memoryMb, equal, calls, notCompared, failures, crashes } = measured;
  const compared = calls - notCompared;
  const explained = Object.entries(measured.explained) as [Explanation, number][];
  for (const [why, count] of explained) reasons.set(why, (reasons.get(why) ?? 0) + count);
  print([document.name, `${played}/${there}`, loadMs, playableMs, memoryMb, `${equal}/${compared}`, failures, crashes]);
  const meant = explained.reduce((total, [, count]) => total + count, 0);
  const left = compared - equal - meant;
  const told = [...explained.map(([why, count]) => `${count} ${why}`), ...(left > 0 ? [`${left} unexplained`] : [])];
  if (told.length > 0) console.log(`  verdicts that differ: ${told.join(', ')}`);
  if (measured.refused !== undefined) console.log(`  refused: ${measured.refused}`);
  for (const warning of measured.warnings.slice(0, values.differences ? 20 : 3)) console.log(`  warning: ${warning}`);
  await printGenerated(document);
  for (const difference of values.differences ? measured.differences.slice(0, 20) : []) console.log(`  ${difference}`);
}
const { documents, loaded, played, there, calls, equal, notCompared, failures, crashes } = sum;
console.log(
  `\n${loaded} of ${documents} documents load; ${played} of ${there} operations played (${percent(played, there)}); ` +
    `${equal} of ${calls - notCompared} verdicts equal to Prism's (${percent(equal, calls - notCompared)}), ` +
    `${[...reasons.values()].reduce((total, count) => total + count, 0)} of the others explained, ${notCompared} not compared, where Prism itself fails; ${failures} answers of 500 of our own; ${crashes} crashes`,
);

for (const [why, count] of reasons) console.log(`  ${why} (${count}): ${explanations[why]}`);
const { judged, answered, called, wrongExamples, notSent, tscErrors, failed } = generatedSum;
console.log(
  `code of ${documents - failed} of them is generated, with ${tscErrors} errors of tsc; ${answered} of ${called} calls of the generated ` +
    `clients answered (${percent(answered, called)}), ${wrongExamples} with an example of the document that its own schema refuses, and ${notSent} not sent, ` +
    `since what was drawn breaks the document; ${generatedSum.equal} of ${judged} bodies judged as by the oracle ` +
    `(${percent(generatedSum.equal, judged)})`,
);

/** The second line of a document: what the generator makes of it. */
async function printGenerated(document: FoundDocument): Promise<void> {
  const measured = await measureInProcess<GeneratedMeasurement>('generated', document, values.bodies);
  if (typeof measured === 'string') {
    generatedSum.failed += 1;
    console.log(`  not generated: ${measured}`);
    return;
  }
  const { generateMs, memoryMb, outputKb, tscMs, tscErrors, bundle, calls, bodies } = measured;
  generatedSum.called += calls.called;
  generatedSum.answered += calls.answered;
  generatedSum.wrongExamples += calls.wrongExamples;
  generatedSum.notSent += calls.notSent;
  generatedSum.judged += bodies.judged;
  generatedSum.equal += bodies.equal;
  generatedSum.tscErrors += tscErrors.length;
  console.log(
    `  generated in ${generateMs} ms CPU, ${memoryMb} MB, ${outputKb} kB; tsc ${tscMs} ms, ${tscErrors.length} errors; ` +
      `client ${calls.answered}/${calls.called} answered, ${calls.wrongExamples} wrong examples, ${calls.notSent} not sent; ${bodies.areAnswers ? 'answers' : 'bodies'} ${bodies.equal}/${bodies.judged} equal, ${bodies.valid} of them valid`,
  );
  if (bundle) {
    const { namedBytes, eachBytes } = bundle;
    console.log(
      `  bundle (gzip): ${namedBytes} B for one operation that is named, ${eachBytes} B for each of clientApi`,
    );
  }
  const told = values.differences ? [...tscErrors, ...calls.others, ...bodies.differences].slice(0, 40) : [];
  for (const each of told) console.log(`  ${each}`);
}

function print(cells: readonly (string | number)[]): void {
  console.log(
    cells
      .map((cell, index) => (index === 0 ? `${cell}`.padEnd(widths[0] ?? 0) : `${cell}`.padStart(widths[index] ?? 0)))
      .join(' '),
  );
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** In a process of its own: for its memory, and so that nothing can take the others along. */
function measureInProcess<Measured>(what: string, { path }: FoundDocument, count: string): Promise<Measured | string> {
  const script = fileURLToPath(new URL('measure.ts', import.meta.url));
  const tsx = fileURLToPath(import.meta.resolve('tsx'));
  const flags = ['--max-old-space-size=4096', '--conditions=@nexconn-kit/source', '--import', tsx];
  return new Promise((done) => {
    const child = spawn(process.execPath, [...flags, script, what, path, count, values.seed, values.seconds], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), (2 * Number(values.seconds) + 240) * 1000);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const line = out.trim().split('\n').at(-1) ?? '';
      done(
        code === 0 && line.startsWith('{') ? JSON.parse(line) : `crash: ${signal ?? code} ${err.trim().slice(-300)}`,
      );
    });
  });
}
