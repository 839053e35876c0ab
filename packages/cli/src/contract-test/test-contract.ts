import type { Fetch } from '@nexconn-kit/client';
import type { Validator } from '@nexconn-kit/contract';
import {
  compileParts,
  type ResolvedDocument,
  type ResolvedOperation,
  type Sources,
} from '@nexconn-kit/document/compiler';
import fc from 'fast-check';
import type { ChosenCredentials } from '../api/credentials.js';
import { type AnswerChecks, createAnswerChecks, type FoundFault } from './check-answer.js';
import { type DrawnRequest, drawBroken, drawRequest } from './draw-request.js';
import { createSender, type Sender, type Sent } from './send.js';
import type { ContractReport, Fault, OperationReport } from './types.js';

/** What is tested, and how. */
export interface ContractTestOptions {
  readonly resolved: ResolvedDocument;
  readonly sources: Sources;
  readonly operations: readonly ResolvedOperation[];
  /** Where the server stands. */
  readonly url: string;
  /** Returns what an operation is called with. */
  readonly credentialsOf: (operation: ResolvedOperation) => ChosenCredentials;
  readonly fetch: Fetch;
  readonly seed: number;
  /** How many valid and how many invalid requests of each operation are drawn. */
  readonly runs: number;
  readonly timeoutMs: number;
  /** Resolves once the next request may be sent. */
  readonly pace: () => Promise<void>;
  /** Whether no more requests are to be sent. */
  readonly isOver: () => boolean;
}

/** So many different faults of one operation are told. */
const mostFaults = 8;
/** So many requests are sent to make one fault smaller. */
const mostShrinks = 60;

/** Tests whether a server does what its document says: an operation after the other, one request at a time. */
export async function testContract(options: ContractTestOptions): Promise<ContractReport> {
  const { resolved, url, seed, operations } = options;
  const reports: OperationReport[] = [];
  for (const operation of operations) reports.push(await testOperation(operation, options));
  const { title = '' } = Object(resolved.bundle.info) as { title?: string };
  return { title, url, seed, operations: reports };
}

async function testOperation(operation: ResolvedOperation, options: ContractTestOptions): Promise<OperationReport> {
  const { resolved, sources, isOver, credentialsOf } = options;
  const { operationId, method, path } = operation;
  const tally = { valid: { sent: 0, accepted: 0 }, invalid: { sent: 0, refused: 0 } };
  const faults: Fault[] = [];
  if (isOver()) return { operationId, method, path, ...tally, faults, note: 'Not tested: the time was up.' };
  await using sender = createSender(operation, resolved, sources, {
    ...options,
    credentials: credentialsOf(operation),
  });
  const tester: Tester = {
    ...{ sender, faults, tally, options },
    checks: createAnswerChecks(operation, resolved, sources),
    breaks: createRequestCheck(operation, resolved, sources),
  };
  await findFaults(drawRequest(operation, resolved.bundle), false, tester);
  const broken = drawBroken(operation, resolved.bundle);
  if (broken) await findFaults(broken, true, tester);
  const note = noteOn(tally, isOver(), faults.length > 0);
  return { operationId, method, path, ...tally, faults, ...(note !== undefined && { note }) };
}

function noteOn({ valid }: Tester['tally'], isOver: boolean, hasFaults: boolean): string | undefined {
  if (isOver) return 'Not all was sent: the time was up.';
  if (valid.sent === 0) return 'No valid request could be drawn.';
  return valid.accepted === 0 && !hasFaults
    ? 'No valid request had a success: nothing is known of that answer.'
    : undefined;
}

interface Tester {
  readonly sender: Sender;
  readonly checks: AnswerChecks;
  /** Whether a request breaks the document. */
  readonly breaks: (request: DrawnRequest) => boolean;
  readonly faults: Fault[];
  readonly tally: { valid: { sent: number; accepted: number }; invalid: { sent: number; refused: number } };
  readonly options: Pick<ContractTestOptions, 'seed' | 'runs' | 'isOver'>;
}

/** The error that tells a run of fast-check of a fault. */
class FaultFound extends Error {
  constructor(
    readonly fault: FoundFault,
    readonly sent: Sent,
  ) {
    super(fault.message);
  }
}

/** Looks for one fault after the other: one that was found is passed over from then on, so that it hides no other. */
async function findFaults(requests: fc.Arbitrary<DrawnRequest>, isBroken: boolean, tester: Tester): Promise<void> {
  const { faults, sender, options } = tester;
  const passedOver = new Set(faults.map(keyOf));
  for (let round = 0; faults.length < mostFaults && !options.isOver(); round += 1) {
    const found = await findFault(requests, { passedOver, isBroken, isCounted: round === 0 }, tester);
    if (!found) return;
    passedOver.add(keyOf(found.fault));
    const { request, answer } = found.sent;
    faults.push({ ...found.fault, request: sender.toCurl(request), answer: describeAnswer(answer, sender) });
  }
}

/** One look for a fault. */
interface Round {
  readonly passedOver: ReadonlySet<string>;
  /** Whether the requests break the document. */
  readonly isBroken: boolean;
  readonly isCounted: boolean;
}

async function findFault(
  requests: fc.Arbitrary<DrawnRequest>,
  { passedOver, isBroken, isCounted }: Round,
  { sender, checks, breaks, tally, options: { seed, runs, isOver } }: Tester,
): Promise<FaultFound | undefined> {
  let smallest: FaultFound | undefined;
  let shrinks = 0;
  const property = fc.asyncProperty(requests, async (drawn) => {
    // What was drawn may fit by chance, or be none of the document's where it ought to: it says nothing then.
    if (isOver() || (drawn.broken !== undefined) !== isBroken || breaks(drawn) !== isBroken) return;
    if (smallest) shrinks += 1;
    if (shrinks > mostShrinks) return;
    const sent = await sender.send(drawn);
    if (!sent) return;
    const fault = judge(drawn, sent, checks);
    if (isCounted && !smallest) count(tally, drawn, sent, checks);
    if (!fault || passedOver.has(keyOf(fault)) || (smallest && keyOf(smallest.fault) !== keyOf(fault))) return;
    smallest = new FaultFound(fault, sent);
    throw smallest;
  });
  const { failed, errorInstance } = await fc.check(property, { seed, numRuns: runs });
  if (failed && !smallest) throw errorInstance;
  return smallest;
}

function judge({ broken }: DrawnRequest, { answer }: Sent, checks: AnswerChecks): FoundFault | undefined {
  if (!answer) return { kind: 'no-answer', message: 'It ended the connection without an answer, or took too long.' };
  return broken === undefined ? checks.ofValid(answer) : checks.ofInvalid(answer, broken);
}

function count(tally: Tester['tally'], { broken }: DrawnRequest, { answer }: Sent, checks: AnswerChecks): void {
  const isSuccess = answer !== undefined && checks.isSuccess(answer);
  if (broken === undefined) {
    tally.valid.sent += 1;
    if (isSuccess) tally.valid.accepted += 1;
  } else {
    tally.invalid.sent += 1;
    // Who fails inside has refused nothing.
    if (answer !== undefined && !isSuccess && answer.status < 500) tally.invalid.refused += 1;
  }
}

/** Faults of one kind and one place are one, whatever the values in them. */
function keyOf({ kind, message }: Pick<FoundFault, 'kind' | 'message'>): string {
  return `${kind} ${message.replaceAll(/\d+/g, '#').replaceAll(/"[^"]*"/g, '…')}`;
}

const shownLength = 300;

function describeAnswer(answer: Sent['answer'], { mask }: Sender): string {
  if (!answer) return 'no answer';
  const text = mask(answer.body().toString('utf8')).replaceAll(/\s+/g, ' ').trim();
  const body = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return `HTTP ${answer.status} ${body}`.trimEnd();
}

function createRequestCheck(
  operation: ResolvedOperation,
  { bundle }: ResolvedDocument,
  sources: Sources,
): (request: DrawnRequest) => boolean {
  const validators = compileParts({ bundle, operations: [operation] }, ['parameters', 'request'], sources);
  const ofPart = (part: 'parameters' | 'request'): Validator =>
    validators[part].get(operation.operationId) ?? (() => []);
  const [ofParameters, ofBody] = [ofPart('parameters'), ofPart('request')];
  return ({ parameters, body }) => ofParameters(parameters).length > 0 || ofBody(body).length > 0;
}
