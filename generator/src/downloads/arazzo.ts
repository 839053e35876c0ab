import { stringify } from 'yaml';
import type { SampleBody, SampleCall } from '../samples/types.js';
import type { Download, DownloadedApi } from './types.js';

type Step = Record<string, unknown>;

/** The field of a result that is a token, such as the console of the mock checks. */
const tokenField = 'accessToken';
const validitySeconds = 3600;

/**
 * `<name>.arazzo.gen.yaml`: workflows of Arazzo 1.0, one with each call, and one of a token's life where a call issues one.
 * A workflow cannot sign: `sign.mjs` prints what it is given.
 */
export function arazzoWorkflows({ name, title, calls }: DownloadedApi): Download {
  const issuing = calls.find(({ notPrinted }) => notPrinted.includes(tokenField));
  const document = {
    arazzo: '1.0.1',
    info: { title: `${title}: workflows`, summary: 'What is called in which order, on a mock.', version: '1.0.0' },
    sourceDescriptions: [
      { name: 'api', url: `./${name}.openapi.yaml`, type: 'openapi' },
      { name: 'console', url: './mock-console.openapi.yaml', type: 'openapi' },
    ],
    workflows: [
      workflow('everyCall', 'Each operation once, on an app of its own.', [
        consoleStep('makeApp', 'createApp', { appKey: '$inputs.appKey1', appSecret: '$inputs.appSecret' }),
        ...calls.map((call, index) =>
          callStep(call, { stepId: call.operationId, appKey: 'appKey1', signed: `${index + 1}` }),
        ),
      ]),
      ...(issuing === undefined ? [] : [tokenLife(issuing, calls.length + 1)]),
    ],
  };
  const head = `# redocly respect ${name}.arazzo.yaml --server api=http://127.0.0.1:4010 --server console=http://127.0.0.1:4010 --input "$(node sign.mjs ${name}.arazzo.yaml)"\n\n`;
  return {
    path: `${name}.arazzo.gen.yaml`,
    content: head + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }),
  };
}

/** From its issue over its end by time and by a new App Secret to the one that stays. */
function tokenLife(call: SampleCall, first: number): object {
  const issue = (stepId: string, signed: string, status?: number): Step =>
    callStep(call, { stepId, appKey: 'appKey2', signed, ...(status !== undefined && { status }) });
  const check = (stepId: string, from: string, code: number): Step => ({
    ...consoleStep(stepId, 'checkToken', { appKey: '$inputs.appKey2', token: `$steps.${from}.outputs.token` }),
    successCriteria: [{ condition: `$response.body#/code == ${code}` }],
  });
  return workflow('tokenLife', 'A token from its issue to its end, and the next one.', [
    consoleStep('makeApp', 'createApp', {
      appKey: '$inputs.appKey2',
      appSecret: '$inputs.appSecret',
      tokenValiditySeconds: validitySeconds,
    }),
    issue('issue', `${first}`),
    check('connect', 'issue', 0),
    consoleStep('waitUntilItExpires', 'moveClock', { byMs: (validitySeconds + 1) * 1000 }),
    check('connectWithExpired', 'issue', 31020),
    issue('issueAgain', `${first + 1}`),
    check('connectAgain', 'issueAgain', 0),
    consoleStep('rotateTheAppSecret', 'rotateSecret', { appKey: '$inputs.appKey2', appSecret: '$inputs.newAppSecret' }),
    check('connectWithVoid', 'issueAgain', 31004),
    issue('signWithTheOldSecret', `${first + 2}`, 401),
    issue('signWithTheNewSecret', 'NewSecret'),
    check('connectAtLast', 'signWithTheNewSecret', 0),
    consoleStep('goBackToRealTime', 'moveClock', { reset: true }),
  ]);
}

function workflow(workflowId: string, summary: string, steps: Step[]): object {
  const names = [...new Set(JSON.stringify(steps).match(/(?<=\$inputs\.)\w+/g))].sort();
  const properties = Object.fromEntries(names.map((input) => [input, { type: 'string' }]));
  return { workflowId, summary, inputs: { type: 'object', required: names, properties }, steps };
}

function consoleStep(stepId: string, operationId: string, payload: object): Step {
  return {
    stepId,
    operationId: `$sourceDescriptions.console.${operationId}`,
    requestBody: { contentType: 'application/json', payload },
    successCriteria: [{ condition: '$statusCode == 200' }],
  };
}

interface Signing {
  readonly stepId: string;
  /** The names of the inputs end in it. */
  readonly signed: string;
  readonly appKey: string;
  readonly status?: number;
}

function callStep(call: SampleCall, { stepId, appKey, signed, status = call.successStatus }: Signing): Step {
  const { operationId, signature, parameters, body, emptyStatus, envelope, notPrinted, successStatus } = call;
  const headers = {
    [signature.appKey]: appKey,
    [signature.nonce]: `nonce${signed}`,
    [signature.timestamp]: `timestamp${signed}`,
    [signature.signature]: `signature${signed}`,
  };
  const isGood = status === successStatus;
  return {
    stepId,
    operationId: `$sourceDescriptions.api.${operationId}`,
    parameters: [
      ...Object.entries(headers).map(([name, input]) => ({ name, in: 'header', value: `$inputs.${input}` })),
      ...parameters,
    ],
    ...(body !== undefined && { requestBody: payloadOf(body) }),
    successCriteria: [
      { condition: `$statusCode == ${status}` },
      ...(isGood && emptyStatus === undefined
        ? [{ condition: `$response.body#/${envelope.code} == ${envelope.success}` }]
        : []),
    ],
    ...(isGood &&
      notPrinted.includes(tokenField) && { outputs: { token: `$response.body#/${envelope.result}/${tokenField}` } }),
  };
}

function payloadOf(body: SampleBody): object {
  const { contentType } = body;
  if (body.kind === 'json') return { contentType, payload: body.value };
  if (body.kind === 'text') return { contentType, payload: body.text };
  return { contentType, payload: Object.fromEntries(body.parts.map(({ name, text }) => [name, text])) };
}
