import { startMock } from '@nexconn-kit/mock';
import { withoutState } from '../support/without-state.js';
import setup, { provideToolchains } from './languages-setup.js';
import { hasGrammar, parseSample } from './parse-sample.js';
import {
  buildSample,
  checkSample,
  commandsOf,
  hasToolchain,
  type SampleLanguage,
  type SampleOperation,
  sampleFile,
  samples,
} from './samples.js';

/** What became of a sample. */
interface Outcome {
  readonly word: 'passed' | 'failed' | 'parsed' | 'not run';
  readonly detail: string;
}

setup();
// Half a minute for a sample, so the suite leaves it to this command.
provideToolchains({ kotlin: 'kotlin' });
await using mock = await startMock({ port: 0, document: withoutState });
const outcomes: Outcome[] = [];
for (const operation of samples.operations) {
  for (const language of samples.languages) {
    const outcome = await tryOut(language, operation);
    outcomes.push(outcome);
    console.log(`${outcome.word.padEnd(8)} ${sampleFile(language, operation)}\n         ${outcome.detail}`);
  }
}
const count = (word: Outcome['word']): number => outcomes.filter((outcome) => outcome.word === word).length;
const others = `${count('parsed')} parsed and not run, ${count('not run')} not run`;
console.log(`${count('passed')} samples passed, ${count('failed')} failed, ${others}`);
process.exitCode = count('failed') === 0 ? 0 : 1;

async function tryOut(language: SampleLanguage, operation: SampleOperation): Promise<Outcome> {
  const commands = commandsOf(language, operation);
  if (!hasToolchain(language)) {
    const reason = `There is no ${language.programs.join(' or ')} here to run it with: ${commands}`;
    if (!hasGrammar(language)) return { word: 'not run', detail: reason };
    const wrong = parseSample(language, operation);
    if (wrong === undefined) return { word: 'parsed', detail: `${reason}. Its grammar takes it.` };
    return { word: 'failed', detail: `Its grammar does not take: ${wrong}` };
  }
  try {
    await using sample = await buildSample(language, operation);
    const wrong = await checkSample(sample, mock, { isWhole: true });
    return wrong.length === 0 ? { word: 'passed', detail: commands } : { word: 'failed', detail: wrong.join('\n') };
  } catch (error) {
    return { word: 'failed', detail: `${error}` };
  }
}
