import type { CompiledChecks, ValidatedPart } from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument, ResolvedOperation } from '../types.js';
import { header } from '../typescript/header.js';
import { toLiteral, toPropertyKey } from '../typescript/literal.js';

/** How the validators of one part are named and described. */
interface ValidatedWords {
  readonly file: string;
  readonly suffix: 'Request' | 'Result';
  readonly map: string;
  /** What a validator checks. */
  readonly whole: string;
}

const words: Record<Exclude<ValidatedPart, 'parameters'>, ValidatedWords> = {
  request: { file: 'validators', suffix: 'Request', map: 'requestValidators', whole: 'body' },
  result: { file: 'result-validators', suffix: 'Result', map: 'resultValidators', whole: 'result' },
};

/**
 * `validators.gen.ts` and `result-validators.gen.ts`: a validator of each operation's body and result, and `checks.gen.ts`:
 * the code of both, compiled ahead of time: no eval, no imports but our own. A schema with a name is one function, whoever
 * refers to it.
 */
export function validatorsOutput(document: ResolvedDocument, compiled: CompiledChecks): OutputFile[] {
  const parts: (keyof typeof words)[] = document.isOwnServer ? ['request'] : ['request', 'result'];
  const isNeeded = Object.values(compiled.functions).some(({ size }) => size > 0);
  return [
    ...(isNeeded ? [checksFile(document, compiled)] : []),
    ...parts.map((part) => validatorsFile(document, part, compiled)),
  ];
}

/** Returns what of a document is validated: who serves it checks no results, and reads parameters in ways of its own. */
export function validatedParts({ isOwnServer }: Pick<ResolvedDocument, 'isOwnServer'>): ValidatedPart[] {
  return isOwnServer ? ['request'] : ['parameters', 'request', 'result'];
}

function checksFile({ home, source }: ResolvedDocument, { toTypeScript, sentences }: CompiledChecks): OutputFile {
  const { code, helpers } = toTypeScript();
  const entries = Object.entries(sentences).map(
    ([keyword, sentence]) => `  ${toPropertyKey(keyword)}: ${toLiteral(sentence)},\n`,
  );
  const content = [
    `import { ${[...helpers, 'type Sentences'].sort().join(', ')} } from '${home.validator}';\n`,
    `/** The sentences of the rules that can be broken. */\nexport const sentences: Sentences = {\n${entries.join('')}};\n`,
    code,
  ];
  return { path: `${home.folder}/checks.gen.ts`, content: `${header({ source, home })}${content.join('\n')}` };
}

function validatorsFile(
  document: ResolvedDocument,
  part: keyof typeof words,
  { functions }: CompiledChecks,
): OutputFile {
  const { operations, home, source } = document;
  const { file, suffix, map, whole } = words[part];
  const checks = functions[part];
  const parameterChecks = part === 'request' ? functions.parameters : new Map<string, string>();
  const sections = operations.flatMap((operation) => {
    const parameters = parameterChecks.get(operation.operationId);
    const own = validatorOf(operation, part, checks.get(operation.operationId));
    return parameters === undefined ? [own] : [parameterValidatorOf(operation, parameters), own];
  });
  const entries = operations.map(
    ({ operationId, typeName }) => `  ${toPropertyKey(operationId)}: validate${typeName}${suffix},\n`,
  );
  const imported = [...new Set([...checks.values(), ...parameterChecks.values()]), 'sentences'].sort();
  const isEmpty = imported.length === 1;
  const content = [
    ...(!isEmpty ? [`import { createValidator } from '${home.validator}';`] : []),
    `import type { Validator } from '${home.types}';`,
    ...(!isEmpty ? [`import { ${imported.join(', ')} } from './checks.gen.js';`] : []),
    "import type { OperationId } from './operations.gen.js';\n",
    ...sections,
    `/** The validator of each operation's ${whole}, by its operationId. */\nexport const ${map}: Readonly<Record<OperationId, Validator>> = {\n${entries.join('')}};\n`,
  ];
  return { path: `${home.folder}/${file}.gen.ts`, content: `${header({ source, home })}${content.join('\n')}` };
}

function parameterValidatorOf({ operationId, typeName }: ResolvedOperation, check: string): string {
  const comment = `/** Validates the parameters of \`${operationId}\`, as one object; an empty list means that they are valid. */`;
  return `${comment}\nexport const validate${typeName}Parameters: Validator = /* @__PURE__ */ createValidator(${check}, true, sentences, 'The request');\n`;
}

function validatorOf(
  { operationId, typeName, body }: ResolvedOperation,
  part: keyof typeof words,
  check: string | undefined,
): string {
  const { suffix, whole } = words[part];
  const comment = `/** Validates the ${whole} of \`${operationId}\`; an empty list means that it is valid. */`;
  const declaration = `${comment}\nexport const validate${typeName}${suffix}: Validator =`;
  if (check === undefined) return `${declaration} () => [];\n`;
  const rest = part === 'request' ? `${body?.required === true}, sentences` : "true, sentences, 'The result'";
  return `${declaration} /* @__PURE__ */ createValidator(${check}, ${rest});\n`;
}
