import { createRequire } from 'node:module';
import { join } from 'node:path';

// node check-types.js COMPILER TYPES CONFIG…: prints as JSON what a TypeScript before 7, the package in the folder COMPILER, finds
// wrong in what each tsconfig names. As tsc does, but one process reads each file once; and what is no affair of ours, the
// compiler's own declarations and those below TYPES, is used and not checked, which is half of the time.
const [compiler, types, ...configs] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(compiler);
const folder = process.cwd();
const files = new Map();

process.stdout.write(JSON.stringify(Object.fromEntries(configs.map((config) => [config, check(config)]))));

function check(config) {
  const read = ts.readConfigFile(join(folder, config), ts.sys.readFile);
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(read.config, ts.sys, folder);
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram(fileNames, options, { ...host, getSourceFile: keepFiles(host) });
  const found = [
    ...[read.error, ...errors].filter(Boolean),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program.getSourceFiles().flatMap((file) => (isChecked(program, file) ? diagnosticsOf(program, file) : [])),
  ];
  return ts.formatDiagnostics(found, { ...host, getCurrentDirectory: () => folder });
}

/** Reads a file that another program has read in the same way no second time. */
function keepFiles(host) {
  return (name, how) => {
    const key = JSON.stringify([name, how]);
    if (!files.has(key)) files.set(key, host.getSourceFile(name, how));
    return files.get(key);
  };
}

function isChecked(program, file) {
  if (file.isDeclarationFile && program.getCompilerOptions().skipLibCheck) return false;
  return !program.isSourceFileDefaultLibrary(file) && !file.fileName.startsWith(`${types}/`);
}

function diagnosticsOf(program, file) {
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
}
