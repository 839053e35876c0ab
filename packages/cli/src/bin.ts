#!/usr/bin/env node
// In a syntax that an old Node reads, and without an import at its top: that would be read before anything here runs.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 20 || (major === 20 && minor >= 19)) {
  void start();
} else {
  const advice = 'Install a newer one, such as the LTS release of https://nodejs.org, and run it again.';
  process.stderr.write(`nexconn needs Node 20.19, and this is ${process.version}. ${advice}\n`);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const { printVersion } = await import('./print-version.js');
  if (printVersion(process.argv.slice(2))) return;
  const [{ siteFolder }, { startCommandLine }, { createProgram }, { keepYoungGenerationSmall }] = await Promise.all([
    import('@nexconn-kit/docs'),
    import('@nexconn-kit/token-server/command-line'),
    import('./create-program.js'),
    import('./process/young-generation.js'),
  ]);
  keepYoungGenerationSmall();
  await startCommandLine((context) => createProgram(context, siteFolder));
}
