import { accessSync, constants } from 'node:fs';
import { knownVariables, unknownVariables } from '@nexconn-kit/token-server';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { type Finding, failed, ok, warning } from '../../terminal/finding.js';

type Env = CliContext['env'];

const consoleAdvice = 'Copy it anew from the Nexconn console, without anything around it.';

/** Returns what is found about the version of Node. */
export function checkNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  if (isNew) return ok('node', `Node ${version} is new enough.`);
  return failed('node', `Node ${version} is too old.`, 'Install Node 20.19 or later.');
}

/** Returns what is found about the variables as such; their values are never shown. */
export function checkVariables(
  env: Env,
  { appSecretFile }: { readonly appSecretFile?: string | undefined },
): Finding[] {
  const known = [...knownVariables(), 'NEXCONN_DANGEROUSLY_ALLOW_HTTP', 'NEXCONN_RATE_STORE'];
  const misspelt = unknownVariables(env, known).map(({ variable, didYouMean }) =>
    warning(
      'variables',
      `The variable ${variable} is set, which nothing reads.`,
      didYouMean === undefined ? 'Remove it.' : `Rename it if ${didYouMean} is meant; else remove it.`,
    ),
  );
  const found = [...misspelt, ...twice(env, appSecretFile), ...ofTls(env)];
  return found.length > 0 ? found : [ok('variables', 'None is misspelt, and none is set twice.')];
}

function twice(env: Env, appSecretFile: string | undefined): Finding[] {
  const findings: Finding[] = [];
  if (env.NEXCONN_REGION && env.NEXCONN_BASE_URL) {
    const says = 'NEXCONN_REGION and NEXCONN_BASE_URL are both set; the base URL wins.';
    findings.push(warning('variables', says, 'Unset the one that is not meant.'));
  }
  if (appSecretFile !== undefined && env.NEXCONN_APP_SECRET) {
    const says = 'NEXCONN_APP_SECRET is set beside --app-secret-file; the file wins.';
    findings.push(warning('variables', says, 'Unset the variable.'));
  }
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']) {
    const [small, capital] = [env[name.toLowerCase()], env[name]];
    if (small === undefined || capital === undefined || small === capital) continue;
    const says = `${name.toLowerCase()} and ${name} differ; the one in small letters wins.`;
    findings.push(warning('variables', says, 'Set both alike, or unset one.'));
  }
  return findings;
}

function ofTls({ NODE_TLS_REJECT_UNAUTHORIZED: reject, NODE_EXTRA_CA_CERTS: file }: Env): Finding[] {
  const findings: Finding[] = [];
  if (reject === '0') {
    const says = 'NODE_TLS_REJECT_UNAUTHORIZED=0 has Node believe every certificate.';
    findings.push(
      failed('variables', says, 'Unset it, and name the CA with NODE_EXTRA_CA_CERTS where one is missing.'),
    );
  }
  if (file && !canRead(file)) {
    const says = 'The file of NODE_EXTRA_CA_CERTS cannot be read, so that Node ignores it.';
    findings.push(failed('variables', says, 'Set it to the path of a file in PEM.'));
  }
  return findings;
}

function canRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns what is seen of App Key and App Secret without asking anybody. */
export function checkLook({ appKey, appSecret }: { readonly appKey: string; readonly appSecret: string }): Finding[] {
  if (appKey !== '' && appKey === appSecret) {
    return [
      failed('app secret', 'It is the App Key.', 'Put the App Secret there: the console shows it beside the key.'),
    ];
  }
  if (appKey !== '' && appSecret !== '' && looksLikeSecret(appKey) && looksLikeKey(appSecret)) {
    const says = 'App Key and App Secret look swapped: the key is shaped like a secret, the secret like a key.';
    return [warning('app key', says, 'Compare both with the console, and swap them if so.')];
  }
  const key = problemOf(appKey, 'NEXCONN_APP_KEY') ?? (/^[!-+\--~]+$/.test(appKey) ? undefined : foreignCharacters);
  const secret = problemOf(appSecret, 'NEXCONN_APP_SECRET');
  return [
    key === undefined ? ok('app key', `It has ${countCharacters(appKey)}.`) : failed('app key', ...key),
    secret === undefined ? lengthOf(appSecret) : failed('app secret', ...secret),
  ];
}

const foreignCharacters = ['It has characters that no header takes.', consoleAdvice] as const;

/** Published keys are lower-case letters and digits, published secrets have capitals. */
function looksLikeKey(text: string): boolean {
  return /^[a-z0-9]{10,16}$/.test(text);
}

function looksLikeSecret(text: string): boolean {
  return /^[A-Za-z0-9]{10,20}$/.test(text) && /[A-Z]/.test(text);
}

function lengthOf(appSecret: string): Finding {
  if (appSecret.length >= 8 && appSecret.length <= 64) return ok('app secret', 'It is there, and looks like one.');
  const says = `It has ${countCharacters(appSecret)}, where the console's have some 14.`;
  return warning('app secret', says, 'Look whether a part of it is missing, or something else was pasted.');
}

function countCharacters({ length }: string): string {
  return length === 1 ? '1 character' : `${length} characters`;
}

function problemOf(text: string, variable: string): readonly [says: string, advice: string] | undefined {
  if (text === '') return ['It is not set.', `Set ${variable}; the Nexconn console shows it.`];
  if (/^\s*(['"`‘’“”]).*['"`‘’“”]\s*$/s.test(text)) return ['There are quotes around it.', 'Take them away.'];
  if (/\\[nr]$/.test(text)) return ['It ends with \\n, as two characters.', 'Take them away.'];
  if (/[\r\n]/.test(text)) return ['It has a line end in it.', 'Take it away; printf writes none where echo does.'];
  if (/\s/.test(text)) return ['It has a space in it, or around it.', consoleAdvice];
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]/u.test(text)) return ['It has an invisible character in it.', consoleAdvice];
  if (/^[<$%{].*[>}%]?$/.test(text) && /[<>${}%]/.test(text) && /secret|key|x{3}|your/i.test(text)) {
    return ['It is what an example has in place of a value.', `Set ${variable} to the value that the console shows.`];
  }
  return undefined;
}
