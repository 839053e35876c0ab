import { CliError } from '@nexconn-kit/token-server/command-line';
import {
  avatarQuestion,
  errorBodyQuestion,
  keepAliveQuestion,
  lengthQuestion,
  statusQuestion,
  userIdQuestion,
} from './body-questions.js';
import { type Asker, type AskerOptions, createAsker, isSigned } from './create-asker.js';
import { type ProbeFile, withOutcome } from './profile-file.js';
import { known, notKnown, type Outcome, type Question } from './question.js';
import { rateQuestion } from './rate-question.js';
import { clockQuestion, nonceQuestion, upperCaseQuestion } from './signature-questions.js';

/** All questions, in the order they are asked in: the one that meets the limit comes last. */
export const questions: readonly Question[] = [
  clockQuestion,
  nonceQuestion,
  upperCaseQuestion,
  statusQuestion,
  errorBodyQuestion,
  userIdQuestion,
  avatarQuestion,
  lengthQuestion,
  keepAliveQuestion,
  rateQuestion,
];

/** How many users all questions make together: they share one, and each asks for the same ones again. */
export const maxUsers = 5;

/** What is asked, and who learns of it. */
export interface ProbeOptions extends Omit<AskerOptions, 'prefix'> {
  readonly asked: readonly Question[];
  /** Called after each question, before the next is asked. */
  readonly onOutcome: (question: Question, outcome: Outcome, file: ProbeFile) => Promise<void>;
}

/** Asks one question after the other, and returns the profile. @throws {CliError} COMMAND_FAILED where nobody can be asked */
export async function runProbe(begun: ProbeFile, { asked, onOutcome, ...options }: ProbeOptions): Promise<ProbeFile> {
  const asker = createAsker({ ...options, prefix: begun.users.prefix });
  let file = begun;
  try {
    const isSignatureJudged = await checkBaseline(asker);
    for (const question of asked) {
      const outcome = await askOne(question, asker, isSignatureJudged);
      if (question.caveat !== undefined && 'answers' in outcome) asker.note({ what: question.caveat });
      const users = question.users > 0 ? maxUsers : 0;
      file = withOutcome(file, { id: question.id, users }, outcome, asker.takeEvidence());
      await onOutcome(question, outcome, file);
    }
    return file;
  } finally {
    asker.close();
  }
}

const ofSignature: readonly Question[] = [clockQuestion, nonceQuestion, upperCaseQuestion];

/** What goes wrong in one question leaves the others alone. */
async function askOne(question: Question, asker: Asker, isSignatureJudged: boolean): Promise<Outcome> {
  if (ofSignature.includes(question) && !isSignatureJudged) {
    return notKnown('Right and wrong signatures get one answer where there is no user.');
  }
  const outcome = await question.ask(asker);
  return 'notKnown' in outcome ? outcome : known(outcome.answers);
}

/** Returns whether a wrong signature is told from a right one before the body is looked at. */
async function checkBaseline(asker: Asker): Promise<boolean> {
  const first = await asker.ask({ what: 'a good request, without a user' });
  // A clock that is off is corrected by the first answer.
  const good = isSigned(first) ? first : await asker.ask({ what: 'a good request, without a user' });
  const wrong = await asker.ask({ what: 'a wrong signature', changeSignature: () => '0'.repeat(40) });
  asker.takeEvidence();
  const isBodyRefused = good.code !== undefined && [400, 1002, 1003, 1005].includes(good.code);
  if (isBodyRefused) return isSigned(wrong) === false;
  const came = good.failure ?? `HTTP ${good.status}${good.code === undefined ? '' : `, code ${good.code}`}`;
  const message = `The app does not take requests as it should (${came}). nexconn doctor says why.`;
  throw new CliError(message, { code: 'COMMAND_FAILED' });
}
