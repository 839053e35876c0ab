import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig, type ExtractorLogLevel } from '@microsoft/api-extractor';

/** The public API of one entry of a package, and where its report is committed. */
export interface ApiReport {
  /** Such as `packages/client/api/index.api.md`. */
  readonly path: string;
  readonly text: string;
}

const packages = [
  ...['client', 'contract', 'document', 'generator', 'mock', 'signing'],
  ...['token-server', 'token-service', 'token-source'],
];

/** An entry of a package, and how its report is extracted. */
interface Entry {
  readonly report: string;
  readonly file: string;
  readonly config: ExtractorConfig;
}

/** Returns the reports of all packages, extracted from the declarations that are published. */
export async function createApiReports(packedFolder: string): Promise<ApiReport[]> {
  const entries: Entry[] = [];
  for (const name of packages) {
    // API Extractor takes what stands in node_modules for somebody else's.
    const folder = join(packedFolder, 'reported', name);
    await cp(join(packedFolder, 'node_modules/@nexconn-kit', name), folder, { recursive: true });
    await mkdir(join(folder, 'api'), { recursive: true });
    for (const [entry, declarations] of await entriesOf(folder)) {
      const file = `${entry}.api.md`;
      const config = configure(folder, declarations, file);
      const report = `${name === 'generator' ? name : `packages/${name}`}/api/${file}`;
      entries.push({ report, file: join(folder, 'api', file), config });
    }
  }
  return Promise.all(
    extractAll(entries).map(async ({ report, file }) => ({ path: report, text: await readFile(file, 'utf8') })),
  );
}

/** The entries that are code, by name: `index` for the package itself. */
async function entriesOf(folder: string): Promise<[name: string, declarations: string][]> {
  const { exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const entries = Object.entries<{ types?: string }>(exports).filter(([key]) => !key.includes('*'));
  return entries.flatMap(([key, { types }]) => (types ? [[key === '.' ? 'index' : key.slice(2), types]] : []));
}

function configure(folder: string, declarations: string, reportFileName: string): ExtractorConfig {
  const packageJsonFullPath = join(folder, 'package.json');
  const { compilerOptions } = published;
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, declarations),
      compiler: { overrideTsconfig: { compilerOptions, files: [join(folder, declarations)] } },
      apiReport: {
        enabled: true,
        reportFileName,
        reportFolder: join(folder, 'api'),
        reportTempFolder: join(folder, 'api-temp'),
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      newlineKind: 'lf',
      messages: {
        // What the comments lack is the linter's business, and no part of the API.
        extractorMessageReporting: { default: { logLevel: none } },
        tsdocMessageReporting: { default: { logLevel: none } },
      },
    },
  });
}

/** Writes the reports; one program of the compiler is enough for all of them. */
function extractAll(entries: readonly Entry[]): readonly Entry[] {
  const [first] = entries;
  if (first === undefined) return entries;
  const additionalEntryPoints = entries.map(({ config }) => config.mainEntryPointFilePath);
  const compilerState = CompilerState.create(first.config, { additionalEntryPoints });
  for (const { config } of entries) {
    Extractor.invoke(config, {
      compilerState,
      localBuild: true,
      messageCallback: (message) => {
        message.handled = message.logLevel !== 'error';
      },
    });
  }
  return entries;
}

/** The enumeration itself is a constant one, which cannot be imported where each file is compiled alone. */
const none = 'none' as ExtractorLogLevel;

const published = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: ['node'],
    typeRoots: [join(import.meta.dirname, '../../node_modules/@types')],
    strict: true,
    skipLibCheck: true,
  },
};
