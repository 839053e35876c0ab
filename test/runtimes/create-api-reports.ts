import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, type ExtractorLogLevel } from '@microsoft/api-extractor';

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

/** Returns the reports of all packages, extracted from the declarations that are published. */
export async function createApiReports(packedFolder: string): Promise<ApiReport[]> {
  const reports: ApiReport[] = [];
  for (const name of packages) {
    // API Extractor takes what stands in node_modules for somebody else's.
    const folder = join(packedFolder, 'reported', name);
    await cp(join(packedFolder, 'node_modules/@nexconn-kit', name), folder, { recursive: true });
    await mkdir(join(folder, 'api'), { recursive: true });
    for (const [entry, declarations] of await entriesOf(folder)) {
      const file = `${entry}.api.md`;
      extract(folder, declarations, file);
      const text = await readFile(join(folder, 'api', file), 'utf8');
      reports.push({ path: `${name === 'generator' ? name : `packages/${name}`}/api/${file}`, text });
    }
  }
  return reports;
}

/** The entries that are code, by name: `index` for the package itself. */
async function entriesOf(folder: string): Promise<[name: string, declarations: string][]> {
  const { exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const entries = Object.entries<{ types?: string }>(exports).filter(([key]) => !key.includes('*'));
  return entries.flatMap(([key, { types }]) => (types ? [[key === '.' ? 'index' : key.slice(2), types]] : []));
}

function extract(folder: string, declarations: string, reportFileName: string): void {
  const packageJsonFullPath = join(folder, 'package.json');
  const { compilerOptions } = published;
  const config = ExtractorConfig.prepare({
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
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = message.logLevel !== 'error';
    },
  });
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
