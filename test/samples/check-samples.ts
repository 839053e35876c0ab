import { spawnSync } from 'node:child_process';
import { requestValidators, resultValidators } from '@nexconn-kit/contract';
import { verifySignature } from '@nexconn-kit/signing';
import { parseAllDocuments } from 'yaml';
import type { Sample } from './read-samples.js';

/** The App Secret of the published example, with which requests in pages are signed. */
const secretFor = (appKey: string): string | undefined => (appKey === 'uwd1c0sxdlx2' ? 'Y1W2MeFwwwRxa0' : undefined);

const checks: Record<string, (sample: Sample) => string | undefined> = {
  json: ({ code }) => failureOf(() => JSON.parse(code)),
  yaml: ({ code }) =>
    parseAllDocuments(code)
      .flatMap(({ errors }) => errors.map(({ message }) => message))
      .at(0),
  http: checkHttp,
  dotenv: ({ code }) => code.split('\n').find((line) => line !== '' && !/^(#.*|[A-Z][A-Z0-9_]*=.*)$/.test(line)),
  sh: checkShell,
  bash: checkShell,
};

/** Returns what is wrong with the form of a sample; undefined where nothing is, or its language has no form that is checked. */
export function checkForm(sample: Sample): string | undefined {
  return checks[sample.language]?.(sample);
}

function failureOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return `${error}`;
  }
}

function checkShell({ code }: Sample): string | undefined {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' });
  return status === 0 ? undefined : stderr;
}

/**
 * A request to the API has a right signature, unless the block says `wrong`, and a body that the API takes; so has an answer, unless it is
 * an error. Each has the head of HTTP/1.1.
 */
function checkHttp({ code, attributes }: Sample): string | undefined {
  const [head = '', body = ''] = code.split(/\n\n(.*)/s);
  const [first = '', ...lines] = head.trim().split('\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  if (lines.some((line) => !/^[\w-]+: \S/.test(line))) return 'A header line is no "Name: value".';
  if (!/^([A-Z]+ \S+ HTTP\/1\.1|HTTP\/1\.1 \d{3} .+)$/.test(first))
    return `«${first}» begins no request and no answer.`;
  const value = body.trim() === '' ? undefined : (JSON.parse(body) as { code?: number; result?: unknown });
  const [, path] = /^POST (\S+)/.exec(first) ?? [];
  if (path === '/v4/auth/access-token/issue') {
    const result = verifySignature(headers, { secretFor, now: () => Number(headers.timestamp) });
    if (result.ok === 'wrong' in attributes) return `Its signature is ${result.ok ? 'right' : result.message}`;
    return requestValidators.issueAccessToken(value)[0]?.message;
  }
  if (value?.code === 0) return resultValidators.issueAccessToken(value.result)[0]?.message;
  return undefined;
}
