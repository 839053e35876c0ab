import { join, relative, sep } from 'node:path';
import type { Problem } from '@nexconn-kit/document';
import { getLineColLocation, lint, lintConfig, loadConfig } from '@redocly/openapi-core';
import { problemOf } from '../errors.js';

type LintProblem = Awaited<ReturnType<typeof lint>>[number];

/** Returns every error that the rules of `spec/redocly.yaml` find in a document, or in that file itself. */
export async function lintDocument(root: string, source: string): Promise<Problem[]> {
  try {
    const config = await loadConfig({ configPath: join(root, 'spec', 'redocly.yaml') });
    const wrongRules = await lintConfig({ config, severity: 'error' });
    const found = wrongRules.length > 0 ? wrongRules : await lint({ ref: join(root, source), config });
    const errors = found.filter(({ severity, ignored }) => severity === 'error' && !ignored);
    return errors.map((problem) => toProblem(root, source, problem));
  } catch (error) {
    const message = `The linter failed: ${error instanceof Error ? error.message : String(error)}`;
    // Another version of the linter is a dependency of a dependency: an installation older than the lock file finds that one.
    const hint = 'Check spec/redocly.yaml and its plugins; where package-lock.json has changed, run npm ci.';
    return [problemOf(source, message, hint)];
  }
}

function toProblem(root: string, source: string, { ruleId, message, location: [place] }: LintProblem): Problem {
  const start = place && getLineColLocation(place).start;
  return {
    file: place === undefined ? source : relative(root, place.source.absoluteRef).split(sep).join('/'),
    line: start?.line ?? 0,
    column: start?.col ?? 0,
    pointer: place?.pointer ?? '#',
    message: message.trim().replaceAll('\n', ' '),
    hint: `Lint rule ${ruleId}.`,
  };
}
