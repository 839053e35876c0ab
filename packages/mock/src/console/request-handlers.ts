import { signRequest } from '@nexconn-kit/signing';
import { MockError } from '../errors.js';
import type { Exchange } from '../exchanges/exchanges.js';
import { toHarEntry } from '../exchanges/har.js';
import { createRedaction, type Redaction } from '../exchanges/redact.js';
import { showAnswer, showRequest } from '../exchanges/show.js';
import { explainSignedText } from '../exchanges/signed-text.js';
import { writeCurl, writeTest } from '../exchanges/write-code.js';
import type { OperationResults } from '../generated/console/operations.gen.js';
import { splitTarget } from '../http/read-request.js';
import type { MockRequest } from '../http/types.js';
import type { JournalEntry } from '../state/journal.js';
import type { ConsoleHandlers, ConsoleSubject } from './types.js';

type RequestHandlers = Pick<ConsoleHandlers, 'getJournalEntry' | 'sendRequest' | 'replayRequest' | 'exportJournal'>;

const signatureHeader = /^(rc-)?(app-key|nonce|timestamp|signature)$/;

/** Creates the handlers that look at whole requests and send some; whatever they return is masked. */
export function createRequestHandlers(
  { service, journal, exchanges, playing, answer, realNow, startedWith }: ConsoleSubject,
  orFirst: (appKey: string | undefined) => string,
): RequestHandlers {
  const redaction = (): Redaction =>
    createRedaction({ secrets: service.requests.secrets(), isToken: service.requests.isToken });

  function entryOf(id: number): JournalEntry {
    const entry = journal.get(id);
    if (entry) return entry;
    const message = `The journal has no request ${id} any more. listJournal lists those it has.`;
    throw new MockError(message, { code: 'ENTRY_UNKNOWN' });
  }

  function exchangeOf(id: number): Exchange {
    entryOf(id);
    const exchange = exchanges.find(id);
    if (exchange) return exchange;
    const message = `Request ${id} is not kept whole any more. Raise keptExchanges, or send one of the last ones again.`;
    throw new MockError(message, { code: 'ENTRY_UNKNOWN' });
  }

  function show(entry: JournalEntry, exchange: Exchange, baseUrl: string): OperationResults['getJournalEntry'] {
    const mask = redaction();
    const request = showRequest(exchange, mask);
    const { refusal } = exchange;
    const { envelope, isBuiltIn } = playing();
    const written = {
      ...{ entry, request, refusal, options: { ...startedWith, ...appOptions(entry) } },
      codeField: envelope?.code ?? 'code',
      hasOwnDocument: !isBuiltIn,
    };
    return {
      entry: maskEntry(entry, mask),
      request,
      answer: showAnswer(exchange.answer, mask, exchange.answerBytes),
      ...(refusal && { signature: maskedFinding(explainSignedText(exchange, refusal), mask) }),
      curl: writeCurl(written, baseUrl),
      test: writeTest(written),
    };
  }

  /** The app of the test is the first one of its mock, whichever has asked here. */
  function appOptions({ appKey }: JournalEntry): Readonly<Record<string, unknown>> {
    const app = service.apps().find((each) => each.appKey === appKey);
    if (app === undefined) return {};
    const { environment, tokenValiditySeconds, rateLimit, userLimit } = app;
    return {
      ...(environment === 'development' && { environment, userLimit }),
      ...(tokenValiditySeconds !== null && { tokenValiditySeconds }),
      ...(rateLimit !== null && { rateLimit }),
    };
  }

  async function send(request: MockRequest): Promise<OperationResults['sendRequest']> {
    let recorded: number | undefined;
    const answered = await answer({
      ...request,
      onRecorded: (id) => {
        recorded = id;
      },
    });
    return { ...(recorded !== undefined && { id: recorded }), answer: showAnswer(answered, redaction()) };
  }

  function sign(appKey: string): Record<string, string> {
    const headers = signRequest({ appKey, appSecret: service.secretOf(appKey) }, { now: () => Math.round(realNow()) });
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  }

  return {
    getJournalEntry({ id, baseUrl = 'http://127.0.0.1:4010' }) {
      const entry = entryOf(id);
      const exchange = exchanges.find(id);
      return exchange ? show(entry, exchange, baseUrl) : { entry: maskEntry(entry, redaction()) };
    },
    sendRequest({ appKey, method, target, headers = [], body, signed = true }, { signal }) {
      const own = Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]));
      const signature = signed ? sign(orFirst(appKey)) : {};
      return send(toRequest({ method, target, headers: { ...own, ...signature }, body: body ?? '' }, signal));
    },
    replayRequest({ id }, { signal }) {
      const { method, path, query, headers, body } = exchangeOf(id);
      const plain = Object.entries(headers).filter(
        ([name]) => !signatureHeader.test(name) && name !== 'transfer-encoding',
      );
      // One without a signature, or with an App Key that is unknown, is refused again.
      const appKey = headers['app-key'] ?? headers['rc-app-key'];
      const isSigned = (headers.signature ?? headers['rc-signature']) !== undefined;
      const signature =
        appKey !== undefined && isSigned && service.requests.find(appKey)
          ? sign(appKey)
          : Object.fromEntries(Object.entries(headers).filter(([name]) => signatureHeader.test(name)));
      const target = query.size > 0 ? `${path}?${query}` : path;
      return send(toRequest({ method, target, headers: { ...Object.fromEntries(plain), ...signature }, body }, signal));
    },
    exportJournal({ appKey }) {
      const mask = redaction();
      const entries = journal.list(appKey === undefined ? {} : { appKey }).flatMap((entry) => {
        const exchange = exchanges.find(entry.id);
        return exchange ? [toHarEntry(entry, exchange, mask)] : [];
      });
      return { log: { version: '1.2', creator: { name: 'nexconn mock', version: '1' }, entries } };
    },
  };
}

/** Returns entries in which no path has a secret or a token in it; that of an operation without parameters has none. */
export function maskEntries(
  entries: readonly JournalEntry[],
  { service: { requests }, playing }: Pick<ConsoleSubject, 'service' | 'playing'>,
): JournalEntry[] {
  const { operations } = playing();
  let mask: Redaction | undefined;
  return entries.map((entry) => {
    if (entry.operationId !== undefined && operations[entry.operationId]?.path === entry.path) return entry;
    mask ??= createRedaction({ secrets: requests.secrets(), isToken: requests.isToken });
    return maskEntry(entry, mask);
  });
}

function maskEntry(entry: JournalEntry, mask: Redaction): JournalEntry {
  const { path, reason } = entry;
  return {
    ...entry,
    ...(path !== undefined && { path: mask.text(path) }),
    ...(reason !== undefined && { reason: mask.text(reason) }),
  };
}

interface Draft {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | Uint8Array;
}

function toRequest({ method, target, headers, body }: Draft, signal: AbortSignal | undefined): MockRequest {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return {
    method,
    ...splitTarget(target),
    headers: { host: '127.0.0.1', ...headers, 'content-length': `${bytes.byteLength}` },
    body: bytes.byteLength === 0 ? null : bodyOf(bytes),
    onGone: (listener) => signal?.addEventListener('abort', listener, { once: true }),
  };
}

async function* bodyOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A Nonce or an App Key may be a secret in the wrong place. */
function maskedFinding<T extends NonNullable<OperationResults['getJournalEntry']['signature']>>(
  finding: T,
  mask: Redaction,
): T {
  const maskText = (text: typeof finding.signed) =>
    text && { ...text, parts: text.parts.map((part) => ({ ...part, text: mask.text(part.text) })) };
  const signed = maskText(finding.signed);
  return { ...finding, ...(signed && { signed }), expected: maskText(finding.expected) };
}
