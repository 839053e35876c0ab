import { dateAndTime, element, fill, row, timeOfDay } from './build-elements.js';
import { callConsole } from './call-console.js';

/** More rows than anyone reads only make the page slow. */
const maxRows = 300;
const maxListed = 50;
const pollMs = 25_000;
const restMs = 250;
const retryMs = 1000;
const refreshMs = 5000;

const find = (id) => document.getElementById(id);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the page shows; the newest entry comes last. */
const shown = { entries: [], lastId: 0, state: '' };

function announce(text) {
  find('notice').textContent = text;
}

function setConnection(text, className) {
  find('connection').textContent = text;
  find('connection').className = `badge ${className}`;
}

function verdictOf({ status, code, fault }) {
  if (fault) return ['odd', `fault: ${fault}`];
  if (status >= 200 && status < 300 && !code) return ['good', 'ok'];
  return ['bad', 'refused'];
}

function entryRow(entry) {
  const [className, verdict] = verdictOf(entry);
  const request = [element('span', 'code', `${entry.method} ${entry.path}`)];
  if (entry.reason) request.push(element('span', 'reason', entry.reason));
  return row(
    ['time', timeOfDay(entry.at)],
    ['verdict', element('span', className, verdict)],
    ['number', String(entry.status)],
    ['number', entry.code === undefined ? '' : String(entry.code)],
    ['wide', ...request],
    ['code id', entry.userId ?? ''],
    ['number', entry.durationMs.toFixed(1)],
  );
}

function isWanted(entry) {
  if (find('only-app').checked && entry.appKey !== find('app').value) return false;
  if (find('only-refused').checked && verdictOf(entry)[1] === 'ok') return false;
  return (entry.userId ?? '').includes(find('only-user').value.trim());
}

function showEntries() {
  if (find('pause').checked) return;
  fill('entries', shown.entries.filter(isWanted).map(entryRow).reverse());
}

function takeEntries(entries) {
  shown.entries = [...shown.entries, ...entries].slice(-maxRows);
  shown.lastId = entries.at(-1)?.id ?? shown.lastId;
  showEntries();
}

/** Without an App Key all of them. */
function forgetEntries(appKey) {
  shown.entries = appKey === undefined ? [] : shown.entries.filter((entry) => entry.appKey !== appKey);
  showEntries();
}

function limitText(limit) {
  if (limit === false) return 'no limit';
  return limit === null ? 'as documented' : `${limit} per window`;
}

function showApp(app) {
  const facts = [
    ['App Key', app.appKey],
    ['state', app.suspended ? 'suspended' : 'in service'],
    ['environment', app.environment],
    ['users', app.environment === 'development' ? `${app.userCount} of ${app.userLimit}` : String(app.userCount)],
    ['tokens', String(app.tokenCount)],
    ['validity', app.tokenValiditySeconds === null ? 'for ever' : `${app.tokenValiditySeconds} s`],
    ['rate limit', limitText(app.rateLimit)],
    ...(app.rotationPending ? [['new secret', 'waits for its first use']] : []),
  ];
  find('facts').replaceChildren(
    ...facts.flatMap(([name, value]) => [
      element('dt', '', name),
      element('dd', name === 'App Key' ? 'code' : '', value),
    ]),
  );
  find('suspend').textContent = app.suspended ? 'Resume' : 'Suspend';
  find('suspend').setAttribute('aria-pressed', String(app.suspended));
}

function showApps(apps) {
  const select = find('app');
  const chosen = apps.some(({ appKey }) => appKey === select.value) ? select.value : apps[0]?.appKey;
  select.replaceChildren(
    ...apps.map(({ appKey, suspended }) => {
      const option = element('option', '', suspended ? `${appKey} (suspended)` : appKey);
      option.value = appKey;
      option.selected = appKey === chosen;
      return option;
    }),
  );
}

/** Says how many there are, where the list stops before its end. */
function showCount(id, title, listed, count = 0) {
  find(id).textContent = count > listed ? `${title}: the first ${listed} of ${count}` : title;
}

function userRow({ userId, name, tokenCount, issuedAt }) {
  return row(['code id', userId], ['id', name], ['number', String(tokenCount)], ['time', timeOfDay(issuedAt)]);
}

function tokenRow({ tokenId, userId, issuedAt, expiresAt, valid }) {
  const state = valid ? element('span', 'good', 'valid') : element('span', 'bad', 'not valid');
  const end = expiresAt === null ? 'never' : dateAndTime(expiresAt);
  return row(
    ['code', tokenId.slice(0, 12)],
    ['code id', userId],
    ['', state],
    ['time', timeOfDay(issuedAt)],
    ['', end],
  );
}

function stepText(step) {
  if (step === 'success') return step;
  const { kind, ms, jitterMs, code, status } = step;
  const more = [code, status && `HTTP ${status}`, ms !== undefined && `${ms} ms`, jitterMs && `±${jitterMs} ms`];
  return [kind, ...more.filter((part) => part)].join(' ');
}

function faultItem({ sequence, userId, operationId, times, taken }) {
  const whom = [operationId, userId && `user ${userId}`].filter((part) => part).join(', ');
  const often = times === 0 ? 'until cleared' : `${taken} of ${times * sequence.length} taken`;
  return element('li', '', `${sequence.map(stepText).join(', ')}${whom ? ` for ${whom}` : ''}: ${often}`);
}

/** Reads everything but the requests, and shows it if it changed: what has the focus stays as it is. */
async function refresh() {
  const { apps } = await callConsole('apps/list');
  const appKey = apps.some((app) => app.appKey === find('app').value) ? find('app').value : apps[0]?.appKey;
  const page = { appKey, limit: maxListed };
  const [{ users }, { tokens }, { faults }] = appKey
    ? await Promise.all([
        callConsole('users/list', page),
        callConsole('tokens/list', page),
        callConsole('faults/list', { appKey }),
      ])
    : [{ users: [] }, { tokens: [] }, { faults: [] }];
  const state = JSON.stringify([apps, appKey, users, tokens, faults]);
  if (state === shown.state) return;
  shown.state = state;
  showApps(apps);
  const app = apps.find((candidate) => candidate.appKey === appKey);
  if (app) showApp(app);
  showCount('users-title', 'Users', users.length, app?.userCount);
  fill('users', users.map(userRow));
  showCount('tokens-title', 'Tokens', tokens.length, app?.tokenCount);
  fill('tokens', tokens.map(tokenRow));
  fill('faults', faults.map(faultItem));
}

/** Runs what a button stands for, and says how it went. */
async function act(done, action) {
  try {
    const result = await action();
    announce(typeof done === 'function' ? done(result) : done);
    await refresh();
  } catch (error) {
    announce(error.message);
  }
}

/** Asks once the question before is answered, and resolves with whether the answer was yes. */
function ask(question) {
  // A dialog tells of its closing later: asked at once again, it would take the old answer for the new one.
  answered = answered.then(() => askNow(question));
  return answered;
}

let answered = Promise.resolve();

function askNow({ title, text, choice = false, secret = '', yes = 'Yes', no = 'Cancel' }) {
  const dialog = find('question');
  find('question-title').textContent = title;
  find('question-text').textContent = text;
  find('question-choice').hidden = !choice;
  find('question-secret').textContent = secret;
  find('question-yes').textContent = yes;
  find('question-no').textContent = no;
  find('question-no').hidden = secret !== '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        find('question-secret').textContent = '';
        resolve(dialog.returnValue === 'yes');
      },
      { once: true },
    );
  });
}

async function rotate() {
  const appKey = find('app').value;
  const text = `Every token of ${appKey} becomes void.`;
  if (!(await ask({ title: 'Rotate the App Secret?', text, choice: true, yes: 'Rotate' }))) return;
  const takesEffect = find('takes-effect').value;
  await act('The App Secret was rotated.', async () => {
    const { appSecret } = await callConsole('apps/rotate-secret', { appKey, takesEffect });
    const once = 'It is shown this once.';
    await ask({ title: 'The new App Secret', text: once, secret: appSecret, yes: 'Close' });
  });
}

async function reset() {
  const appKey = find('app').value;
  const text = `Users, tokens, requests and faults of ${appKey} are forgotten.`;
  if (!(await ask({ title: 'Reset the app?', text, yes: 'Reset' }))) return;
  await act('The app is as new.', async () => {
    await callConsole('state/reset', { appKey });
    forgetEntries(appKey);
  });
}

async function setFault(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const step = { kind: form.get('kind') };
  for (const name of ['code', 'ms']) {
    const field = event.target.elements[name];
    if (!field.closest('label').hidden && field.value !== '') step[name] = Number(field.value);
  }
  const userId = form.get('userId').trim();
  const rule = {
    appKey: find('app').value,
    sequence: [step],
    times: Number(form.get('times')),
    ...(userId && { userId }),
  };
  await act('The fault is set.', () => callConsole('faults/set', rule));
}

function showFaultFields() {
  const { kind } = find('fault').elements;
  for (const label of find('fault').querySelectorAll('[data-kinds]')) {
    label.hidden = !label.dataset.kinds.split(' ').includes(kind.value);
  }
}

function bindButtons() {
  const appKey = () => find('app').value;
  const onClick = (id, action) => find(id).addEventListener('click', action);
  onClick('rotate', rotate);
  onClick('reset', reset);
  onClick('suspend', () => {
    const suspended = find('suspend').getAttribute('aria-pressed') !== 'true';
    const done = suspended ? 'The app is suspended.' : 'The app is in service.';
    return act(done, () => callConsole('apps/update', { appKey: appKey(), suspended }));
  });
  const voided = ({ voided: count }) => `${count} ${count === 1 ? 'token is' : 'tokens are'} void now.`;
  onClick('void', () => act(voided, () => callConsole('tokens/void', { appKey: appKey() })));
  const moved = ({ now }) => `The clock is at ${dateAndTime(now)}.`;
  onClick('clock-day', () => act(moved, () => callConsole('clock/move', { byMs: 86_400_000 })));
  onClick('clock-reset', () => act(moved, () => callConsole('clock/move', { reset: true })));
  onClick('clear-faults', () => act('There are no faults.', () => callConsole('faults/clear', { appKey: appKey() })));
  onClick('clear-journal', () => {
    const which = find('only-app').checked ? { appKey: appKey() } : {};
    return act('The requests are forgotten.', async () => {
      await callConsole('journal/clear', which);
      forgetEntries(which.appKey);
    });
  });
  find('fault').addEventListener('submit', setFault);
  find('fault').elements.kind.addEventListener('change', showFaultFields);
  find('app').addEventListener('change', () => act('', showEntries));
  for (const id of ['only-app', 'only-refused', 'only-user', 'pause']) find(id).addEventListener('input', showEntries);
}

/** Follows the journal for as long as the page is open. A mock that was started anew counts from 1 again. */
async function follow() {
  for (;;) {
    try {
      const { entries } = await callConsole('journal/list', { limit: maxRows });
      shown.entries = [];
      shown.lastId = 0;
      takeEntries(entries);
      await refresh();
      setConnection('live', 'good');
      for (;;) {
        const request = { afterId: shown.lastId, timeoutMs: pollMs, allowFewer: true };
        const answer = await callConsole('journal/wait-for', request);
        if (answer.entries.length === 0) continue;
        takeEntries(answer.entries);
        await refresh();
        await wait(restMs);
      }
    } catch {
      setConnection('not connected', 'bad');
      await wait(retryMs);
    }
  }
}

bindButtons();
showFaultFields();
setInterval(() => refresh().catch(() => undefined), refreshMs);
follow();
