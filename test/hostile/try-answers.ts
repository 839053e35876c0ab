import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { type AskerPlan, type AskingClient, askers, type Outcome, secretsOf } from './askers.js';
import { type HostileAnswer, hostileAnswers } from './hostile-answers.js';
import { type HostileServer, honest, startHostileServer } from './start-hostile-server.js';

/** Short where only the time ends it; no test waits for the other one. */
const timeoutMs = { endless: 300, busy: 10_000, else: 60_000 };
/** Those of this file, with the answer that they have given. */
const servers: { readonly server: HostileServer; readonly of: string }[] = [];

/** Tries each hostile answer on each of these clients of ours. */
export function tryAnswers(...names: readonly string[]): void {
  // Together, since a fetch of Node only closes after seconds what it has opened in vain.
  afterAll(async () => {
    const open = (): string[] => servers.filter(({ server }) => server.open() > 0).map(({ of }) => of);
    await until(() => expect(open()).toEqual([]));
    for (const { server } of servers) await server[Symbol.asyncDispose]();
  });

  describe.each(names)('%s takes', (name) => {
    const plan = askers[name] as AskerPlan;
    const cases = hostileAnswers.filter(({ isSecond }) => !isSecond || !plan.isOnce);
    it.concurrent.each(cases)('$kind $claim', (hostile) => tryAnswer(plan, hostile));
  });
}

async function tryAnswer(plan: AskerPlan, hostile: HostileAnswer): Promise<void> {
  const server = await startHostileServer(plan.writeBody, plan.userOf);
  servers.push({ server, of: `${plan.asker} ${hostile.claim}` });
  const url = `${hostile.isOverTls ? 'https' : 'http'}://127.0.0.1:${server.port}`;
  const client = await plan.create(url, timeoutFor(hostile));
  if (hostile.isSecond) {
    server.answer = (socket, asked) => void socket.write(honest(asked));
    expectToken(plan, server, await client.ask());
  }
  server.answer = hostile.answer;
  server.onConnection = hostile.onConnection;
  const outcome = await client.ask();
  const expected = hostile.outcomes[plan.asker];
  const isGood = outcome.token !== undefined && / ?good$/.test(expected);
  if (isGood) expectToken(plan, server, outcome);
  else expect(expected.split(' or '), inspect(outcome)).toContain(outcome.code);
  expectNothingShown(outcome, server);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  await expectWell(plan, hostile, server, client);
  await client[Symbol.asyncDispose]();
  expect(server.heads.filter((head) => /stolen/.test(head))).toEqual([]);
}

function timeoutFor({ isEndless, isBusy }: HostileAnswer): number {
  if (isEndless) return timeoutMs.endless;
  // The deadline of a command follows from it, and is to be over sooner than the longest wait.
  return isBusy ? timeoutMs.busy : timeoutMs.else;
}

/** The next question has an honest answer. */
async function expectWell(
  plan: AskerPlan,
  { isOverTls, isBusy, isEndless }: HostileAnswer,
  server: HostileServer,
  client: AskingClient,
): Promise<void> {
  server.answer = undefined;
  server.onConnection = undefined;
  // It has no certificate; and an app that is told to come later does so.
  if (isOverTls || (isBusy && plan.asker === 'app')) return;
  const isWell = async (): Promise<void> => expectToken(plan, server, await client.ask());
  // Its timeout is too short for a busy machine.
  if (isEndless) await until(isWell);
  else await isWell();
}

function expectToken({ asker }: AskerPlan, server: HostileServer, { token, code, shown }: Outcome): void {
  expect(token, `${code} ${inspect(shown)}`).toBe(asker === 'keys' ? 'ada' : server.lastToken());
}

function expectNothingShown({ shown }: Outcome, { heads }: HostileServer): void {
  const text = `${Reflect.get(Object(shown), 'message')} ${inspect(shown, { depth: 20, showHidden: true })}`;
  for (const secret of secretsOf(heads)) expect(text).not.toContain(secret);
}
