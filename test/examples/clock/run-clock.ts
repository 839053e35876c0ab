import { spawn } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath } from '../../browser/chromium.js';
import { freePort, onFreePort } from '../../support/free-port.js';
import { killAtExit, stopProcess } from '../../support/kill-at-exit.js';
import { outsideEnvironment } from '../../support/run-command.js';
import { measureInstalled } from '../measure-installed.js';
import { npm } from '../package-managers.js';
import { type ExampleResult, runStep, runSteps, StepFailure, settingsOfSteps } from '../run-example.js';

/** Where the files stand that somebody new writes. */
const clockFolder: string = import.meta.dirname;

/** What somebody new writes and types, from a folder with a package.json alone to a page that shows a token. */
export interface NewApp {
  /** Files beside this one; the folder that they stand in is that of the app. */
  readonly server: readonly string[];
  readonly page: readonly string[];
  readonly install: readonly string[];
  /** What runs then, all of it at once; the last one serves the page. */
  readonly serve: readonly string[];
}

const packages = '@nexconn-kit/client @nexconn-kit/token-service @nexconn-kit/token-source';

export const newApps: Readonly<Record<string, NewApp>> = {
  express: beforeVite('express'),
  fastify: beforeVite('fastify'),
  next: {
    server: ['next/app/access-token/route.js'],
    page: ['next/app/layout.js', 'next/app/page.js'],
    install: [
      // What `npm init` writes of late is `commonjs`, which Next does not take for its own files.
      'npm pkg set type=module',
      `npm install next react react-dom ${packages}`,
      'npm install --save-dev @nexconn-kit/cli',
    ],
    serve: ['npx nexconn mock -- npx next dev'],
  },
};

function beforeVite(framework: string): NewApp {
  return {
    server: [`${framework}/server.mjs`],
    page: ['page/index.html', 'page/vite.config.mjs'],
    install: [`npm install ${framework} ${packages}`, 'npm install --save-dev @nexconn-kit/cli vite'],
    serve: ['npx nexconn mock -- node server.mjs', 'npx vite'],
  };
}

/** Returns the lines of text that files hold. */
export async function readLines(files: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => readFile(join(clockFolder, file), 'utf8')));
  return texts.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');
}

/** Returns how many they are. */
export async function countLines(files: readonly string[]): Promise<number> {
  return (await readLines(files)).length;
}

/** Does what somebody new does, and measures how long it is until a page in a Chromium shows a token. */
export async function runClock(name: string, registry: string): Promise<ExampleResult> {
  const app = newApps[name] as NewApp;
  const executablePath = chromiumPath();
  await using browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] });
  const page = await browser.newPage();
  // Only ends a run that hangs, on however busy a machine.
  page.setDefaultTimeout(300_000);
  return await runSteps(name, async (temporary) => {
    const folder = join(temporary, 'my-app');
    await mkdir(folder);
    await runStep(['npm', 'init', '-y'], folder);
    await npm.configure(folder, registry);
    for (const file of [...app.server, ...app.page]) {
      await cp(join(clockFolder, file), join(folder, file.slice(file.indexOf('/'))));
    }
    const start = performance.now();
    const secondsSoFar = (): number => (performance.now() - start) / 1000;
    for (const command of app.install) await runStep(command.split(' '), folder);
    const notes = [
      `${app.install.length + app.serve.length} commands`,
      `${await countLines(app.server)} lines of server`,
      `${await countLines(app.page)} of page`,
      `installed after ${secondsSoFar().toFixed(1)} s`,
    ];
    await using served = await onFreePort((port) => serve(app.serve, folder, port));
    const token = page.locator('#token').getByText(/^\S{30,}$/);
    await page
      .goto(served.url)
      .then(() => token.waitFor())
      .catch(served.fail);
    return { seconds: secondsSoFar(), size: await measureInstalled(folder), note: notes.join('  ') };
  });
}

interface Served extends AsyncDisposable {
  /** Where the page is, as the last command has printed it. */
  readonly url: string;
  readonly fail: (error: Error) => never;
}

/** Starts commands that run until they are killed. */
async function serve(commands: readonly string[], cwd: string, pagePort: number): Promise<Served> {
  const env = outsideEnvironment({ ...settingsOfSteps, PORT: String(await freePort()) });
  let output = '';
  const fail = (error: Error): never => {
    throw new StepFailure(`${error.message}\n${output}`);
  };
  const children = commands.map((command, index) => {
    const line = index === commands.length - 1 ? `${command} --port ${pagePort}` : command;
    const [program = '', ...args] = line.split(' ');
    return killAtExit(spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
  });
  const stop = async (): Promise<void> => void (await Promise.all(children.map(stopProcess)));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      for (const child of children) {
        child.once('close', () => reject(new Error(`${child.spawnargs.join(' ')} has ended`)));
        for (const stream of [child.stdout, child.stderr]) {
          stream.on('data', (chunk) => {
            output += chunk;
            const [, printed] = /Local: +(http:\S+)/.exec(output) ?? [];
            if (printed) resolve(printed);
          });
        }
      }
    });
    return { url, fail, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    return fail(error as Error);
  }
}
