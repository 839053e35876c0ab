import { ask } from './ask.js';
import { bindFaultForm } from './bind-fault-form.js';
import { dateAndTime, element, exactTimeOfDay, fill, row, timeOfDay } from './build-elements.js';
import { callConsole } from './call-console.js';
import { createPagedList } from './create-paged-list.js';
import { faultItem } from './fault-item.js';

/** More rows than anyone reads only make the page slow. */
const maxRows = 300;
const pollMs = 25_000;
const restMs = 250;
const retryMs = 1000;
const refreshMs = 5000;

const find = (id) => document.getElementById(id);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the page shows; the newest entry comes last. */
const shown = { entries: [], lastId: 0, state: '', renderings: 0 };

function announce(text) {
  find('notice').textContent = text;
}

function setConnection(text, className) {
  find('connection').textContent = text;
  find('connection').className = `badge ${className}`;
}

function verdictOf({ status, code, fault }) {
  if (fault) return ['odd', `fault: ${fault}`];
  if (status === 0) return ['bad', 'cut off'];
  if (status >= 200 && status < 300 && !code) return ['good', 'ok'];
  return ['bad', 'refused'];
}

function entryRow(entry) {
  const [className, verdict] = verdictOf(entry);
  const request = [element('span', 'code', [entry.method ?? 'no', entry.path ?? 'request'].join(' '))];
  if (entry.reason) request.push(element('span', 'reason', entry.reason));
  return row(
    ['time', exactTimeOfDay(entry.at)],
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

function userRow({ userId, name, tokenCount, issuedAt }) {
  return row(['code id', userId], ['id', name], ['number', String(tokenCount)], ['time', timeOfDay(issuedAt)]);
}

function tokenRow({ tokenId, userId, issuedAt, expiresAt, valid }) {
  const state = valid ? element('span', 'good', 'valid') : element('span', 'bad', 'not valid');
  const end = (expiresAt === null ? 'never' : dateAndTime(expiresAt)).split(' ');
  return row(
    ['code', tokenId.slice(0, 12)],
    ['code id', userId],
    ['', state],
    ['time', timeOfDay(issuedAt)],
    ['', ...end.flatMap((part) => [element('span', 'time', part), ' '])],
  );
}

const noItems = { items: [], hasMore: false };

const users = createPagedList({
  id: 'users',
  title: 'Users',
  path: 'users/list',
  toRow: userRow,
  onMore: () => act('', () => undefined),
});

const tokens = createPagedList({
  id: 'tokens',
  title: 'Tokens',
  path: 'tokens/list',
  toRow: tokenRow,
  onMore: () => act('', () => undefined),
});

/** Reads everything but the requests, and shows it if it changed: what has the focus stays as it is. */
async function refresh() {
  shown.renderings += 1;
  const rendering = shown.renderings;
  const { apps } = await callConsole('apps/list');
  const appKey = apps.some((app) => app.appKey === find('app').value) ? find('app').value : apps[0]?.appKey;
  const [someUsers, someTokens, { faults }] = appKey
    ? await Promise.all([users.read(appKey), tokens.read(appKey), callConsole('faults/list', { appKey })])
    : [noItems, noItems, { faults: [] }];
  // A refresh that began later may have been answered first; what this one has read is out of date then.
  if (rendering !== shown.renderings) return;
  const state = JSON.stringify([apps, appKey, someUsers, someTokens, faults]);
  if (state === shown.state) return;
  shown.state = state;
  showApps(apps);
  const app = apps.find((candidate) => candidate.appKey === appKey);
  if (app) showApp(app);
  users.show(someUsers, app?.userCount ?? 0);
  tokens.show(someTokens, app?.tokenCount ?? 0);
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
  bindFaultForm({ appKey, submit: act });
  find('app').addEventListener('change', () => {
    users.restart();
    tokens.restart();
    return act('', showEntries);
  });
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
        const news = { afterId: shown.lastId, limit: 1, timeoutMs: pollMs, allowFewer: true };
        if ((await callConsole('journal/wait-for', news)).entries.length === 0) continue;
        // Not all that have come since: of many only the last ones are shown.
        const latest = await callConsole('journal/list', { limit: maxRows });
        takeEntries(latest.entries.filter(({ id }) => id > shown.lastId));
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
setInterval(() => refresh().catch(() => undefined), refreshMs);
follow();
