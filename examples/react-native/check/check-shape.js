// Runs the app in a context that has nothing but what React Native has, against a token endpoint with the settings of a mock
// around it; and in the engine Hermes itself, whose network is a function.
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createContext, runInContext } from 'node:vm';
import { createNexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';

/** A token endpoint as a function, and timers that wait, since the engine alone has no network and no clock. */
const hermesNetwork = `
var runLater = globalThis.setTimeout, timers = [], milliseconds = 0;
globalThis.setTimeout = function (run, delay) { return timers.push({ run: run, at: milliseconds + (delay || 0) }); };
globalThis.clearTimeout = function (id) { if (id) timers[id - 1].run = undefined; };
function tick() {
  milliseconds += 1;
  for (var i = 0; i < timers.length; i += 1) {
    var run = timers[i].at <= milliseconds && timers[i].run;
    timers[i].run = run ? undefined : timers[i].run;
    if (run) run();
  }
  if (!isOver) runLater(tick, 0);
}
var issued = 0, isOver = false;
function send(request) {
  var isAda = request.headers.authorization === 'Bearer a1b2';
  if (isAda && (issued === 0 || JSON.parse(request.body).rejectedToken)) issued += 1;
  var token = { userId: 'jlk456j5', accessToken: 'token-of-hermes-' + issued, expiresInSeconds: null };
  var body = isAda ? token : { code: 'NOT_SIGNED_IN', message: 'Nobody is logged in.' };
  return Promise.resolve({ status: isAda ? 200 : 401, headers: 'content-type: application/json', text: JSON.stringify(body) });
}`;
const hermesEnd = `
function end(outcome) { isOver = true; print(outcome.stack || outcome); }
runScenario('https://app.example.com/access-token').then(end, end);
tick();`;

const app = await readFile('dist/app.js', 'utf8');
console.log(`In a bare context: ${await runInBareContext()}; in Hermes: ${await runInHermes()}`);
process.exit();

async function runInBareContext() {
  const users = new Map([['Bearer a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);
  const tokens = createTokenService({
    client: createNexconnClient(),
    store: createMemoryStore(),
    replaceCoolDownMs: 0,
  });
  const authenticate = ({ headers }) => users.get(headers.get('authorization'));
  const server = createServer(toNodeListener(createTokenHandler(tokens, { authenticate }))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = globalThis;
  const context = createContext({ setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, send });
  runInContext(app, context);
  const outcome = await runInContext('runScenario', context)(`http://127.0.0.1:${server.address().port}/access-token`);
  server.close();
  return outcome;
}

/** The network of the context. */
async function send({ method, url, headers, body }) {
  const response = await fetch(url, { method, headers, body });
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  return { status: response.status, headers: lines.join('\r\n'), text: await response.text() };
}

async function runInHermes() {
  const engine = { linux: 'linux64-bin/hermes', darwin: 'osx-bin/hermes', win32: 'win64-bin/hermes.exe' };
  const file = `node_modules/hermes-engine-cli/${engine[process.platform]}`;
  const isBuiltFor = process.arch === 'x64' || process.platform === 'darwin';
  if (!isBuiltFor || !existsSync(file)) return 'not tried, since there is none for this system';
  await writeFile('dist/hermes.js', `${hermesNetwork}\n${app}\n${hermesEnd}`);
  const { stdout, stderr } = spawnSync(file, ['dist/hermes.js'], { encoding: 'utf8' });
  assert.equal(stdout.trim(), 'passed', stderr);
  return 'passed';
}
