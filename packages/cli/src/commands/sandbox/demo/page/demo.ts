import type { ActionName, ActiveFault, DemoEvent, Step } from '../protocol.js';
import { bindCodePanel } from './code-panel.js';
import { createDevice, type DemoUser, type Device } from './device.js';
import { button, durationOf, element, find, timeOf } from './elements.js';
import { keep, recall } from './kept.js';
import { listen } from './live.js';
import { drawPieces } from './pieces.js';
import { post } from './post.js';
import { createStories, lengthOf, type Story } from './stories.js';
import { createStoryList } from './story-list.js';
import { bindTheme } from './theme.js';
import { actionButtons } from './words.js';

const users: readonly DemoUser[] = [
  { id: 'ada', name: 'Ada' },
  { id: 'grace', name: 'Grace' },
  { id: 'linus', name: 'Linus' },
];

/** Another one for each load of the page, which is how the server tells tabs apart. */
const tab = [...crypto.getRandomValues(new Uint8Array(2))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const stories = createStories(tab);
const devices: Device[] = [];
const tried = new Set<string>();
let faults: readonly ActiveFault[] = [];
/** Whether the sandbox did not answer for a while. */
let wasGone = false;
let begun = 0;
let guests = 0;

const setTopic = bindCodePanel();
const light = drawPieces(find('pieces'), find('piece-text'), setTopic);
const list = createStoryList(find('stories'), (step) => {
  light(step);
  setTopic(step.topic);
});
bindTheme(find('theme'));
light(undefined);

/** Begins a story of this page, and returns its ID. */
function begin(kind: string, who?: string): string {
  begun += 1;
  const id = `${kind}-${tab}-${begun}`;
  tried.add(kind);
  openStory(id, who);
  return id;
}

function openStory(id: string, who?: string): void {
  find('no-stories').hidden = true;
  const story = stories.begin(id, who);
  list.open(story);
  list.update(story);
}

/** What no button has begun belongs together until one begins a story. */
function goOnWith(kind: string, who?: string): string {
  const newest = stories.list().at(-1)?.id ?? '';
  return newest.startsWith(`${kind}-${tab}-`) ? newest : begin(kind, who);
}

function take(told: Step): void {
  const step = told.story === '' ? { ...told, story: goOnWith('elsewhere') } : told;
  if (stories.find(step.story) === undefined) openStory(step.story, 'in another tab');
  const { story, index } = stories.add(step);
  list.add(story, index);
  list.update(story);
}

function settle(id: string, text: string, tone: 'good' | 'warn' | 'bad'): void {
  const story = stories.find(id);
  if (story === undefined) return;
  story.outcome = { text, tone };
  list.update(story);
  announce(story);
}

function announce(story: Story): void {
  find('announcement').textContent = `${story.title}: ${story.outcome?.text}, after ${durationOf(lengthOf(story))}.`;
}

function addDevice(user: DemoUser, number: number): Device {
  const device = createDevice({
    ...{ user, number, tab, tell: take },
    onView: showDevices,
    onConnected: (story) => settleIfAll(story),
    onFailed: (story, reason) => settle(story, `${user.name} is not connected: ${reason}`, 'bad'),
    onSignedOut: signedOutElsewhere,
  });
  devices.push(device);
  showDevices();
  return device;
}

const allConnected = (): boolean => devices.every((device) => device.view().state === 'good');

/** A story has come out well once every device of the page is connected. */
function settleIfAll(story: string): void {
  if (!allConnected()) return;
  settle(story, 'all connected', 'good');
  settleOthers('all connected');
}

/** What a later story has overtaken waits for nothing of its own any more. */
function settleOthers(text: string): void {
  for (const story of stories.list()) {
    if (!story.isOwn || story.outcome !== undefined || story.steps.length === 0) continue;
    story.outcome = { text, tone: 'good' };
    list.update(story);
  }
}

const signedIn = (): DemoUser | undefined => devices.find(({ user }) => !user.isGuest)?.user;

function removeDevices(isWanted: (device: Device) => boolean): void {
  for (const device of devices.filter(isWanted)) {
    device.close();
    devices.splice(devices.indexOf(device), 1);
  }
}

function signIn(user: DemoUser, story = begin('sign-in', user.name)): void {
  removeDevices(() => true);
  keep('user', user.id);
  addDevice(user, 1).start(story);
  showControls();
}

function secondDevice(): void {
  const user = signedIn();
  if (user === undefined || devices.some(({ number, user: of }) => number === 2 && of === user)) return;
  const story = begin('second', user.name);
  addDevice(user, 2).start(story);
  showControls();
}

async function signOut(): Promise<void> {
  const user = signedIn();
  if (user === undefined) return;
  const story = begin('out', user.name);
  const own = devices.filter((device) => device.user === user);
  forgetUser();
  await Promise.all(own.map((device) => device.signOut(story)));
  settle(story, 'signed out', 'good');
  if (devices.length === 0) settleOthers('signed out');
}

/** Another tab has signed the user out, of all devices. */
function signedOutElsewhere(): string {
  const story = goOnWith('out', 'in another tab');
  forgetUser();
  settle(story, 'signed out', 'good');
  return story;
}

/** What was signed in is not any more, here or in another tab. */
function forgetUser(): void {
  keep('user', undefined);
  for (const device of devices.splice(0)) if (device.user.isGuest) device.close();
  showDevices();
  showControls();
}

/** A user whom the token service does not know yet: what breaks the API shows with such a one alone. */
function newUser(story: string, count: number): void {
  removeDevices(({ user }) => user.isGuest === true);
  guests += 1;
  const user = { id: `guest${tab}${guests}`, name: `New user ${guests}`, isGuest: true };
  for (let number = 1; number <= count; number += 1) addDevice(user, number);
  for (const device of devices.filter((each) => each.user === user)) device.start(story);
}

async function act(action: ActionName, kind: string): Promise<void> {
  const isUndo = faults.some((fault) => fault.action === action);
  const story = isUndo ? '' : begin(kind);
  const body = { story: story || `${kind}-${tab}-${begun}` };
  try {
    await post(`/demo/actions/${action}`, body);
    if (isUndo) return;
    if (action === 'api-down') newUser(story, 1);
    if (action === 'slow-api') newUser(story, 2);
    if (devices.length === 0 || action === 'back-to-normal') settle(story, 'done', 'good');
    if (devices.length === 0) settleOthers('done');
    else if (action === 'back-to-normal' && allConnected()) settleOthers('all connected');
  } catch (error) {
    settle(story, `not done: ${(error as Error).message}`, 'bad');
  }
  showControls();
}

function showDevices(): void {
  find('no-devices').hidden = devices.length > 0;
  find('devices').replaceChildren(
    ...devices.map((device) => {
      const { state, text, token, validity } = device.view();
      const dot = element('span', 'dot');
      dot.setAttribute('aria-hidden', 'true');
      const facts = token === undefined ? ['no token yet'] : [`token ${token} (masked)`, validity];
      return element(
        'li',
        `device raised ${state}`,
        element('p', 'device-name', element('strong', '', device.user.name), ` device ${device.number}`),
        element('p', `device-state ${state}`, dot, text),
        ...facts.map((fact) => element('p', 'quiet facts-line', fact)),
      );
    }),
  );
}

/** The one button that is accented: what to try next. */
function nextStep(): string {
  const user = signedIn();
  if (user === undefined) return 'user-ada';
  const untried = ['second', ...actionButtons.map(({ kind }) => kind), 'out'].find((kind) => !tried.has(kind));
  return untried === undefined ? '' : `do-${untried}`;
}

function showControls(): void {
  const next = nextStep();
  const user = signedIn();
  for (const pressed of document.querySelectorAll<HTMLButtonElement>('main .buttons button')) {
    pressed.classList.toggle('next', pressed.id === next);
  }
  for (const { id } of users) find(`user-${id}`).setAttribute('aria-pressed', String(user?.id === id));
  const hasSecond = devices.some(({ number, user: of }) => number === 2 && of === user);
  (find('do-second') as HTMLButtonElement).disabled = user === undefined || hasSecond;
  (find('do-out') as HTMLButtonElement).disabled = user === undefined;
  for (const { action, kind, label, undo } of actionButtons) {
    const fault = faults.find((each) => each.action === action);
    const pressed = find(`do-${kind}`);
    pressed.textContent = fault ? (undo ?? label) : label;
    if (undo !== undefined) pressed.setAttribute('aria-pressed', String(fault !== undefined));
  }
  const ends = faults.map(({ action, endsAt }) => {
    const { label } = actionButtons.find((each) => each.action === action) ?? { label: action };
    return `“${label}” ends by itself at ${timeOf(endsAt).slice(0, 8)}.`;
  });
  find('faults').textContent = ends.join(' ');
  find('faults').hidden = ends.length === 0;
}

function bindControls(): void {
  for (const user of users) {
    const pressed = button('', user.name, () => signIn(user));
    pressed.id = `user-${user.id}`;
    find('users').append(pressed);
  }
  const own = [
    ...actionButtons.map(({ action, kind, label }) => ({ kind, label, press: () => act(action, kind) })),
    { kind: 'second', label: 'Second device', press: secondDevice },
    { kind: 'out', label: 'Sign out', press: signOut },
    { kind: 'normal', label: 'Back to normal', press: () => act('back-to-normal', 'normal') },
  ];
  for (const { kind, label, press } of own) {
    const pressed = button(kind === 'normal' ? 'plain' : '', label, () => void press());
    pressed.id = `do-${kind}`;
    find(kind === 'second' || kind === 'out' ? 'own-actions' : 'actions').append(pressed);
  }
}

/** What was in force and is not any more may have kept a device from its token. */
function takeFaults(next: readonly ActiveFault[]): void {
  const over = faults.find(({ action }) => next.every((fault) => fault.action !== action));
  faults = next;
  showControls();
  if (over === undefined) return;
  for (const device of devices) if (device.view().state === 'bad') device.reconnect(over.story);
}

function onEvent(event: DemoEvent): void {
  if (event.type === 'step') take(event.step);
  if (event.type === 'story' && stories.find(event.story) === undefined) openStory(event.story, 'in another tab');
  if (event.type === 'faults') takeFaults(event.faults);
  if (event.type === 'status') {
    const device = devices.find(({ connection }) => connection === event.connection);
    device?.take(event.code, event.story || goOnWith('elsewhere'));
  }
  if (event.type !== 'hello') return;
  faults = event.faults;
  showControls();
  if (wasGone && devices.length > 0) {
    const story = begin('again');
    for (const device of devices) device.reconnect(story);
  }
  wasGone = false;
}

const troubles = {
  gone: 'The sandbox does not answer. Start it again with npm start; this page goes on by itself.',
  full: 'Too many pages of the demo are open. Close some of them; this page goes on by itself.',
};

function onState(state: 'live' | 'gone' | 'full'): void {
  find('live').className = `badge ${state === 'live' ? 'good' : 'warn'}`;
  find('live-text').textContent = state === 'live' ? 'live' : 'reconnecting';
  find('gone').hidden = state === 'live';
  find('gone').textContent = state === 'live' ? '' : troubles[state];
  if (state === 'gone') {
    wasGone = true;
    for (const device of devices) device.lose();
  }
}

for (const story of stories.list()) {
  openStory(story.id);
  for (const index of story.steps.keys()) list.add(story, index);
  list.update(story);
}
bindControls();
showDevices();
showControls();
listen({ onEvent, onState });
const remembered = users.find(({ id }) => id === recall('user'));
if (remembered) signIn(remembered);
