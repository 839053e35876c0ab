import { readFileSync } from 'node:fs';
import { type CliContext, type Command, Option } from '@nexconn-kit/token-server/command-line';

interface OpenApiFlags {
  readonly tokenService?: boolean;
  readonly console?: boolean;
  readonly format: 'yaml' | 'json';
}

/** The packages have their documents as files, so that nothing of them is loaded here. */
const documents = {
  api: {
    yaml: () => import.meta.resolve('@nexconn-kit/contract/openapi.yaml'),
    json: () => import.meta.resolve('@nexconn-kit/contract/openapi.json'),
  },
  tokenService: {
    yaml: () => import.meta.resolve('@nexconn-kit/token-service/token-endpoint/openapi.yaml'),
    json: () => import.meta.resolve('@nexconn-kit/token-service/token-endpoint/openapi.json'),
  },
  console: {
    yaml: () => import.meta.resolve('@nexconn-kit/mock/console/openapi.yaml'),
    json: () => import.meta.resolve('@nexconn-kit/mock/console/openapi.json'),
  },
} as const;

const helpEnd = `
The document of the Nexconn Server API, in OpenAPI 3.1, byte by byte as the
packages have it: '@nexconn-kit/contract/openapi.yaml', or openapi.json.

Examples:
  nexconn openapi > openapi.yaml
  nexconn openapi --format json | jq .paths
  nexconn openapi --token-service | npx @redocly/cli lint /dev/stdin

Exit codes:
  0  done
  2  wrong use`;

/** Adds `nexconn openapi`. */
export function addOpenApiCommand(program: Command, { stdout }: CliContext): void {
  program
    .command('openapi')
    .description('print the OpenAPI document of the API')
    .addOption(
      new Option('--token-service', 'the one of the endpoint that hands a token to an app instead').conflicts(
        'console',
      ),
    )
    .option('--console', "the one of the mock's console instead")
    .addOption(
      new Option('--format <format>', 'in which language it is written').choices(['yaml', 'json']).default('yaml'),
    )
    .addHelpText('after', helpEnd)
    .action(({ tokenService, console, format }: OpenApiFlags) => {
      const document = tokenService ? 'tokenService' : console ? 'console' : 'api';
      stdout.write(readFileSync(new URL(documents[document][format]()), 'utf8'));
    });
}
