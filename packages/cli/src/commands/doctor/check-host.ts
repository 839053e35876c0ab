import { type EnvironmentProxy, proxyOf } from '@nexconn-kit/client/proxy';
import { servers } from '@nexconn-kit/contract';
import { dateNow } from '../../system-time.js';
import { type Finding, failed, ok, warning } from '../../terminal/finding.js';
import { openConnection, portOf, type StageResult } from '../../wire/open-connection.js';
import { quoteForeign } from '../../wire/read-answer.js';

/** How soon the end of a certificate is worth a word. */
const soonMs = 14 * 86_400_000;

/** What a host is checked with. */
export interface HostOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The longest wait for one step; less once little is left of the time for all of them. */
  readonly timeoutMs: number;
  /** Passwords that no foreign text may show. */
  readonly secrets: readonly string[];
}

/** What a host came to. */
export interface HostResult {
  readonly isReached: boolean;
  readonly findings: readonly Finding[];
}

/** Checks the way to a host, step by step, by a connection over which nothing is sent. */
export async function checkHost(url: URL, { env, timeoutMs, secrets }: HostOptions): Promise<HostResult> {
  const choice = proxyOf(url, env);
  const name = `to ${url.host}`;
  if (choice.problem !== undefined) {
    const says = `The proxy of ${choice.variable} ${choice.problem}.`;
    return {
      isReached: false,
      findings: [failed(name, says, 'Set it to a URL of the form http://HOST:PORT alone.')],
    };
  }
  const { proxy } = choice;
  const { stages, socket } = await openConnection(url, { proxy, timeoutMs });
  socket?.destroy();
  const last = stages.at(-1) as StageResult;
  if (last.failure !== undefined) {
    const [says, advice] = explainFailure(last, last.failure, { url, proxy, timeoutMs });
    return { isReached: false, findings: [failed(name, quoteForeign(says, secrets, 300), advice)] };
  }
  const seen = stages.filter(({ stage }) => stage !== 'proxy').map(({ detail }) => detail);
  const way = proxy ? `over the proxy ${nameOf(proxy)}: ` : '';
  const plain = url.protocol === 'http:' ? ', without TLS' : '';
  const reached = ok(name, quoteForeign(`Reached ${way}${seen.join(', ')}${plain}.`, secrets, 300));
  return { isReached: true, findings: [reached, ...ofCertificate(url, last)] };
}

function ofCertificate({ host }: URL, { certificate }: StageResult): Finding[] {
  if (certificate === undefined) return [];
  const leftMs = Date.parse(certificate.valid_to) - dateNow();
  if (!(leftMs < soonMs)) return [];
  const days = Math.floor(leftMs / 86_400_000);
  const says = `Its certificate ends in ${days} days, on ${certificate.valid_to}.`;
  return [warning(`to ${host}`, says, 'Tell whoever runs the host, unless it is your own.')];
}

/** A proxy without its user name and password. */
function nameOf({ url, variable }: EnvironmentProxy): string {
  return `${url.protocol}//${url.host} (${variable})`;
}

interface Way {
  readonly url: URL;
  readonly proxy: EnvironmentProxy | undefined;
  readonly timeoutMs: number;
}

type Explanation = readonly [says: string, advice: string];

function explainFailure({ stage, detail }: StageResult, code: string, way: Way): Explanation {
  switch (stage) {
    case 'dns':
      return explainDns(code, way);
    case 'tcp':
      return explainTcp(code, way);
    case 'proxy':
      return explainProxy(code, way);
    case 'tls':
      return explainTls(code, detail, way);
  }
}

function explainDns(code: string, { url, proxy }: Way): Explanation {
  const whom = proxy ? `the proxy ${nameOf(proxy)}` : url.hostname;
  if (code === 'EAI_AGAIN' || code === 'TIMEOUT') {
    return [`No name server answered for ${whom} (${code}).`, 'Look whether this machine is online, and its DNS.'];
  }
  // Nobody has spelled the name of a region's host.
  const isGiven = proxy !== undefined || !servers.some((server) => new URL(server.url).host === url.host);
  return [
    `There is no address for ${whom} (${code}).`,
    `${isGiven ? 'Check the spelling of the name, and look' : 'Look'} whether this machine is online, and its DNS.`,
  ];
}

function explainTcp(code: string, { url, proxy, timeoutMs }: Way): Explanation {
  const whom = proxy ? `The proxy ${nameOf(proxy)}` : `${url.hostname}, port ${portOf(url)},`;
  const advice = proxy ? `Check the proxy, and the value of ${proxy.variable}.` : firewall;
  if (code === 'ECONNREFUSED') {
    return [`${whom} refuses connections (${code}): nothing listens there.`, proxy ? advice : 'Check host and port.'];
  }
  if (code === 'TIMEOUT' || code === 'ETIMEDOUT') return [`${whom} did not answer within ${timeoutMs} ms.`, advice];
  return [`${whom} cannot be reached (${code}).`, advice];
}

const firewall = 'Look whether a firewall lets it through, and whether HTTPS_PROXY is needed here.';

function explainProxy(code: string, { url, proxy, timeoutMs }: Way): Explanation {
  const name = proxy ? nameOf(proxy) : 'of the environment';
  if (code === 'HTTP 407') {
    const advice = `Put both into ${proxy?.variable}, in the form http://USER:PASSWORD@HOST:PORT there.`;
    return [`The proxy ${name} does not take its user name and password, or got none (${code}).`, advice];
  }
  if (/^HTTP 5/.test(code)) {
    return [`The proxy ${name} got no connection to ${url.host} (${code}).`, 'Try again; ask whoever runs the proxy.'];
  }
  if (/^HTTP/.test(code)) {
    const advice = 'Have the host allowed there, or call it without the proxy (NO_PROXY).';
    return [`The proxy ${name} refused to connect to ${url.host} (${code}).`, advice];
  }
  const late = code === 'TIMEOUT' ? ` within ${timeoutMs} ms` : ` (${code})`;
  return [`The proxy ${name} opened no tunnel${late}.`, `Check that ${proxy?.variable} names a proxy for CONNECT.`];
}

function explainTls(code: string, detail: string, { url, timeoutMs }: Way): Explanation {
  const certificate = `The certificate of ${url.host}`;
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return [
        `${certificate} has expired (${detail}).`,
        'Check the clock of this machine; else tell who runs the host.',
      ];
    case 'CERT_NOT_YET_VALID':
      return [`${certificate} is not valid yet (${detail}).`, 'Check the clock of this machine.'];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [`${certificate} is for another name (${detail}).`, 'Check the host, and who answers in its place.'];
    case 'TIMEOUT':
      return [`${url.host} did not answer to TLS within ${timeoutMs} ms.`, firewall];
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return [
        `${url.host} does not speak TLS on port ${portOf(url)} (${code}).`,
        'Check the port, or begin the URL with http: instead.',
      ];
  }
  if (/SELF_SIGNED|ISSUER|VERIFY_LEAF|UNTRUSTED/.test(code)) {
    const says = `${certificate} is from a CA that this machine does not know (${code}; ${detail}).`;
    return [says, 'If that is a proxy of your company, name its CA file with NODE_EXTRA_CA_CERTS.'];
  }
  return [`TLS with ${url.host} failed (${code}${detail && `; ${detail}`}).`, firewall];
}
