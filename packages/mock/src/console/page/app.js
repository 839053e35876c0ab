import { ask, showSecret } from './ask.js';
import { dateAndTime, element, tell } from './build-elements.js';
import { attempt, callConsole } from './call-console.js';
import { forgetEntries } from './requests.js';

const find = (id) => document.getElementById(id);
const chosenApp = () => find('app').value;

function limitText(limit) {
  if (limit === false) return 'no limit';
  return limit === null ? 'as documented' : `${limit} per window`;
}

/** Shows the facts of the chosen app. */
export function showApp(app) {
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
      element('dd', name === 'App Key' ? 'code-text' : '', value),
    ]),
  );
  find('suspend').textContent = app.suspended ? 'Resume' : 'Suspend';
  find('suspend').setAttribute('aria-pressed', String(app.suspended));
}

/** Shows the apps there are; the chosen one stays chosen. */
export function showApps(apps) {
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

/** The clock of the mock, by the time at which it was read. */
let clock = { now: Date.now(), offsetMs: 0, readAt: performance.now() };

export function showClock({ now, offsetMs }) {
  clock = { now, offsetMs, readAt: performance.now() };
  tick();
}

/** Shows the time as it goes on. */
export function tick() {
  find('clock').textContent = dateAndTime(clock.now + performance.now() - clock.readAt);
  find('clock-state').textContent =
    Math.abs(clock.offsetMs) < 1000 ? 'real time' : `moved by ${durationText(clock.offsetMs)}`;
}

function durationText(ms) {
  const sign = ms < 0 ? '−' : '+';
  const seconds = Math.round(Math.abs(ms) / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  return `${sign}${parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')}`;
}

async function rotate({ currentTarget }, refresh) {
  const appKey = chosenApp();
  const text = `Every token of ${appKey} becomes void.`;
  if (!(await ask({ title: 'Rotate the App Secret?', text, choice: true, yes: 'Rotate' }))) return;
  const takesEffect = find('takes-effect').value;
  const isDone = await attempt(currentTarget, async () => {
    const { appSecret } = await callConsole('apps/rotate-secret', { appKey, takesEffect });
    await showSecret('The new App Secret', appKey, appSecret);
    await refresh();
  });
  if (isDone) tell(currentTarget, 'The App Secret was rotated.');
}

async function reset({ currentTarget }, refresh) {
  const appKey = chosenApp();
  const text = `Users, tokens, requests and faults of ${appKey} are forgotten.`;
  if (!(await ask({ title: 'Reset the app?', text, yes: 'Reset' }))) return;
  const isDone = await attempt(currentTarget, async () => {
    await callConsole('state/reset', { appKey });
    forgetEntries(appKey);
    await refresh();
  });
  if (isDone) tell(currentTarget, 'The app is as new.');
}

/** Binds the controls of the app, of the clock and of new apps; `refresh` reads everything anew. */
export function bindApp(refresh) {
  const onClick = (id, action) => find(id).addEventListener('click', (event) => action(event, refresh));
  /** Calls an operation and says what has come of it. */
  const act = (path, makeRequest, say) => async (event) => {
    const { currentTarget } = event;
    let text = '';
    const isDone = await attempt(currentTarget, async () => {
      text = say(await callConsole(path, makeRequest()));
      await refresh();
    });
    if (isDone) tell(currentTarget, text);
  };
  onClick('rotate', rotate);
  onClick('reset', reset);
  onClick('suspend', (event) => {
    const suspended = find('suspend').getAttribute('aria-pressed') !== 'true';
    const text = suspended ? 'The app is suspended.' : 'The app is in service.';
    return act(
      'apps/update',
      () => ({ appKey: chosenApp(), suspended }),
      () => text,
    )(event);
  });
  const voided = ({ voided: count }) => `${count} ${count === 1 ? 'token is' : 'tokens are'} void now.`;
  onClick(
    'void',
    act('tokens/void', () => ({ appKey: chosenApp() }), voided),
  );
  const moved = ({ now }) => `The clock is at ${dateAndTime(now)}.`;
  onClick(
    'clock-day',
    act('clock/move', () => ({ byMs: 86_400_000 }), moved),
  );
  onClick(
    'clock-reset',
    act('clock/move', () => ({ reset: true }), moved),
  );
  onClick(
    'clear-faults',
    act(
      'faults/clear',
      () => ({ appKey: chosenApp() }),
      () => 'There are no faults.',
    ),
  );
  find('set-clock').addEventListener('submit', (event) => {
    event.preventDefault();
    const toMs = new Date(find('clock-to').value).getTime();
    if (Number.isNaN(toMs)) tell(find('clock-to'), 'Give date and time.', true);
    else act('clock/move', () => ({ toMs }), moved)({ currentTarget: find('clock-to') });
  });
  bindNewApp(refresh);
}

function bindNewApp(refresh) {
  const dialog = find('new-app');
  const form = dialog.querySelector('form');
  find('add-app').addEventListener('click', () => {
    form.reset();
    tell(form, '');
    dialog.showModal();
  });
  find('new-app-cancel').addEventListener('click', () => dialog.close());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { appKey, environment, userLimit, validity } = form.elements;
    const request = {
      environment: environment.value,
      ...(appKey.value.trim() && { appKey: appKey.value.trim() }),
      ...(userLimit.value && { userLimit: Number(userLimit.value) }),
      ...(validity.value && { tokenValiditySeconds: Number(validity.value) }),
    };
    let made;
    const isMade = await attempt(form, async () => {
      made = await callConsole('apps/create', request);
    });
    if (!isMade) return;
    dialog.close();
    const option = element('option', '', made.appKey);
    option.value = made.appKey;
    find('app').append(option);
    find('app').value = made.appKey;
    find('app').dispatchEvent(new Event('change'));
    await showSecret('The App Secret of the new app', made.appKey, made.appSecret);
    await refresh();
  });
}
