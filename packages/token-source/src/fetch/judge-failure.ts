import { attempt, type Environment } from '../environment.js';
import { LoginRequiredError, TokenSourceError } from '../errors.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { createRedact, legible, type Redact, safeCause } from '../redaction/safe-cause.js';
import { withTimeout } from '../waiting.js';
import { HeadersFailed, readText } from './fetch-from-endpoint.js';
import { readRetryAfter } from './read-retry-after.js';

/** What an error of some HTTP client, an answer or a JSON body may have. */
type Fields = Readonly<Record<string, unknown>>;

/** What the app server said of a failed attempt. */
interface Refusal {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly serverCode: string | undefined;
  readonly serverMessage: string | undefined;
}

const maxCauses = 5;
const maxTextLength = 300;
/** A timer of a longer time ends at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Codes of the token endpoint for which the status alone would have the user log in, or wait, in vain. */
const setUpWrongly = ['ORIGIN_REFUSED', 'USER_NOT_YOURS', 'ISSUE_FAILED', 'INTERNAL_ERROR'];

/** Returns the error that a failed attempt stands for; the body of a refusal is waited for until `timeoutMs` at most. */
export async function judgeFailure(
  given: unknown,
  tokens: readonly string[],
  timeoutMs: number,
  environment: Environment,
): Promise<TokenSourceError> {
  const thrown = legible(given);
  if (thrown instanceof TokenSourceError) return thrown;
  const redactTokens = createRedact(tokens);
  // The app's own function may quote its session or another token of its own, as its server may; and engines quote a wrong header.
  const redactAll: Redact = (text) => redactLikelySecrets(redactTokens(text));
  const redact: Redact = (text) =>
    redactAll(/header/i.test(text) ? text.replace(/"[^"]*"|'[^']*'/g, '[redacted]') : text);
  // A code is mostly one that people have made up, which apps compare with others.
  const redactCode: Redact = (code) => (/^[a-z_.:/-]{1,64}\d{0,4}$/i.test(code) ? redactTokens(code) : redactAll(code));
  const refusal = await readRefusal(thrown, { redactCode, redactAll }, timeoutMs, environment).catch(() => undefined);
  return refusal ? judgeRefusal(refusal) : judgeError(thrown, redact);
}

function judgeRefusal(refusal: Refusal): TokenSourceError {
  const { status, serverCode, serverMessage } = refusal;
  const said = `The app server answered ${[status, serverCode, serverMessage && `(${serverMessage})`].filter(Boolean).join(' ')}`;
  if (!setUpWrongly.includes(`${serverCode}`)) {
    if (status === 401 || status === 403) {
      return new LoginRequiredError(`${said}: have the user log in again.`, { ...refusal, code: 'LOGIN_REQUIRED' });
    }
    if (status === 408 || status === 425 || status === 429 || status >= 500) {
      return new TokenSourceError(`${said}: try again later.`, { ...refusal, code: 'UNAVAILABLE' });
    }
  }
  return new TokenSourceError(`${said}: check the token endpoint.`, { ...refusal, code: 'REFUSED' });
}

function judgeError(given: unknown, redact: Redact): TokenSourceError {
  const isOfHeaders = given instanceof HeadersFailed;
  const thrown = isOfHeaders ? given.cause : given;
  const cause = safeCause(thrown, redact);
  const chain = chainOf(thrown);
  const distrusted = chain.find((each) => /CERT|_VERIFY|certificate/.test(textsOf(each)));
  if (distrusted) {
    const why = redact(`${distrusted.message}`);
    const message = `The app server is not trusted (${why}): name its authority in NODE_EXTRA_CA_CERTS.`;
    return new TokenSourceError(message, { code: 'REFUSED', cause });
  }
  // `headers` may ask for a log-in, but most of what it throws is not of the network.
  if (chain.some(isMistake) || (isOfHeaders && !chain.some(isOfNetwork))) {
    const message = `The app server cannot be asked (${cause?.message}): correct the endpoint, headers or fetchToken.`;
    return new TokenSourceError(message, { code: 'INVALID_OPTION', cause });
  }
  return new TokenSourceError('The app server did not answer: try again later.', { code: 'UNAVAILABLE', cause });
}

/** What engines say of mistakes, which they never translate, unlike what they say of the network. */
const engineMistakes =
  /is not (an? |iterable|defined|valid)|Cannot (?!connect|reach|resolve)|can't access|undefined|\bnull\b|URL|'fetch'|header|onstruct|Invalid |Illegal/;

/** Errors of a program or of its set-up, which only a change of these mends, such as https at a port of http. */
const mistakes =
  /^(Reference|Range|Syntax|Eval)Error |MODULE_NOT|ERR_(ASSERT|.*INVALID|.*SUPPORTED|SSL_.*(WRONG|PROTOCOL))|scheme|protocol must|not implement/;
const networkTrouble = /^(Type|Abort|Timeout|Network)Error | (UND_)?E[A-Z_]+ /;

/** Whether another attempt must fail as well. A TypeError may also be one of the network: `fetch` rejects with one. */
function isMistake(error: Fields): boolean {
  return mistakes.test(textsOf(error)) || (error.name === 'TypeError' && engineMistakes.test(`${error.message}`));
}

function isOfNetwork(error: Fields): boolean {
  return networkTrouble.test(textsOf(error));
}

function textsOf({ name, code, message }: Fields): string {
  return `${name} ${code} ${message}`;
}

/** Returns an error and its causes, the outermost first. */
function chainOf(thrown: unknown): Fields[] {
  const chain: Fields[] = [];
  for (let each = thrown; each && chain.length < maxCauses; each = Object(each).cause) chain.push(Object(each));
  return chain;
}

/** Finds the HTTP answer in an error, whichever client threw it: in itself, in its `response`, or in a cause. */
async function readRefusal(
  thrown: unknown,
  { redactCode, redactAll }: { readonly redactCode: Redact; readonly redactAll: Redact },
  timeoutMs: number,
  environment: Environment,
): Promise<Refusal | undefined> {
  for (const error of chainOf(thrown)) {
    // Of a thrown answer the error is the answer.
    const answer = Object(error.response ?? error) as Fields;
    // 0 stands for no answer with several clients.
    const status = [error, answer]
      .flatMap((each) => [each.status, each.statusCode])
      .find((each) => isAtLeast(100, each));
    if (status === undefined) continue;
    const body = await readBody(error, answer, timeoutMs, environment);
    return {
      status,
      retryAfterMs: retryAfterOf(error, answer, body, environment.now()),
      serverCode: textOf(body.code, redactCode),
      serverMessage: textOf(body.message, redactAll),
    };
  }
  return undefined;
}

function textOf(value: unknown, redact: Redact): string | undefined {
  return typeof value === 'string' ? redact(value).slice(0, maxTextLength) : undefined;
}

/** Returns the first of what may be the body, parsed or as it came, that says something. */
async function readBody(error: Fields, answer: Fields, timeoutMs: number, environment: Environment): Promise<Fields> {
  const text =
    answer.bodyUsed === false &&
    (await withTimeout(readText(answer as unknown as Response), timeoutMs, environment).catch(() => {}));
  // Of ofetch; axios; fetch; superagent and got; Angular; RxJS and XMLHttpRequest.
  for (const each of [error.data, answer.data, text, answer.body, error.error, error.response]) {
    const body = Object(typeof each === 'string' ? attempt(() => JSON.parse(each)) : each);
    if ((body.code ?? body.message ?? body.retryAfterSeconds) != null) return body;
  }
  return {};
}

function retryAfterOf(error: Fields, { headers }: Fields, body: Fields, now: number): number | undefined {
  const all = Object(headers);
  const [retryAfter, date] = ['retry-after', 'date'].map((name) => (all.get ? all.get(name) : all[name]));
  // A page of another origin is not shown the header unless it is exposed.
  const seconds = body.retryAfterSeconds;
  const inBody = isAtLeast(0, seconds) ? seconds * 1000 : undefined;
  const asked = isAtLeast(0, error.retryAfterMs)
    ? error.retryAfterMs
    : (readRetryAfter(retryAfter, date, now) ?? inBody);
  return asked && Math.min(asked, longestTimerMs);
}

/** Whether it is such a number. An app may compute NaN of a header that is not there: no back-off is that. */
function isAtLeast(min: number, value: unknown): value is number {
  return typeof value === 'number' && value >= min;
}
