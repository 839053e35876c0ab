import { toOperation } from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';
import { table } from '../typescript/literal.js';

/** `tables.gen.ts`: what the client reads of a document as it runs, and nothing else, since its users carry it along. */
export function tablesOutput(document: ResolvedDocument): OutputFile[] {
  const { name, envelope, isOwnServer } = document;
  if (isOwnServer) return [];
  const sections = [
    "import type { Envelope } from '@nexconn-kit/contract';",
    "import type { DocumentedError, Operation } from '../../table-types.js';\n",
    `/** Every operation. */\nexport const operations: readonly Operation[] = ${table(operationsOf(document), '')};\n`,
    `/** The base URLs of each region, the primary one first. */\nexport const baseUrlsByRegion: Readonly<Record<string, readonly string[]>> = ${table(hostsOf(document), '')};\n`,
    `/** Every error by its business code. */\nexport const errors: Readonly<Record<number, DocumentedError>> = ${table(errorsOf(document), '')};\n`,
    `/** Names of the fields that wrap every answer; null where the whole body is the result. */\nexport const envelope: Envelope | null = ${table(envelope, '')};\n`,
  ];
  const path = `packages/client/src/generated/${name}/tables.gen.ts`;
  return [{ path, content: `${header(document)}${sections.join('\n')}` }];
}

function operationsOf({ operations }: ResolvedDocument): object[] {
  return operations.map((operation) => {
    const { operationId, method, path, parameters, body, rateLimit, ...answer } = toOperation(operation);
    return {
      ...{ operationId, method, path, parameters },
      body: body && { contentType: body.contentType, required: body.required, emptyIsAbsent: body.emptyIsAbsent },
      rateLimit: rateLimit && { limit: rateLimit.limit, windowSeconds: rateLimit.windowSeconds },
      hasAnswerBody: answer.hasAnswerBody,
      ...(answer.echoes && { echoes: answer.echoes }),
    };
  });
}

function hostsOf({ servers }: ResolvedDocument): object {
  const regions = [...new Set(servers.map(({ region }) => region).filter((region) => region !== ''))];
  const hostsIn = (region: string): string[] =>
    servers
      .filter((server) => server.region === region)
      .sort((a, b) => Number(b.role === 'primary') - Number(a.role === 'primary'))
      .map(({ url }) => url);
  return Object.fromEntries(regions.map((region) => [region, hostsIn(region)]));
}

function errorsOf({ errorCodes }: ResolvedDocument): object {
  // Of several errors with one code the first counts.
  const entries = [...errorCodes].reverse().map(({ code, httpStatus, retryable, meaning, remedy }) => {
    return [code, { httpStatus, retryable, explanation: `${meaning} ${remedy}` }];
  });
  return Object.fromEntries(entries);
}
