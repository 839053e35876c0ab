import type { Step } from '../protocol.js';
import { button, copyFrom, durationOf, element, timeOf } from './elements.js';
import { lengthOf, type Story, textOf } from './stories.js';
import { shortNames } from './words.js';

/** The list of stories on the page. */
export interface StoryList {
  /** Shows a new story on top, and folds the one before. */
  readonly open: (story: Story) => void;
  /** Shows a step of a story, at its place. */
  readonly add: (story: Story, index: number) => void;
  /** Shows how far a story has come. */
  readonly update: (story: Story) => void;
}

interface Shown {
  readonly item: HTMLLIElement;
  readonly details: HTMLDetailsElement;
  readonly state: HTMLElement;
  readonly steps: HTMLOListElement;
  readonly end: HTMLElement;
}

/** Creates the list; `onMark` is told which step is marked, and whether by the user. */
export function createStoryList(list: HTMLElement, onMark: (step: Step, isByUser: boolean) => void): StoryList {
  const shown = new Map<string, Shown>();
  let marked: HTMLButtonElement | undefined;
  /** The story in which the user has marked a step: the mark does not follow the newest one there. */
  let heldStory: string | undefined;

  function mark(row: HTMLButtonElement, story: Story, step: Step, isByUser: boolean): void {
    marked?.removeAttribute('aria-current');
    if (marked) marked.tabIndex = -1;
    marked = row;
    row.tabIndex = 0;
    row.setAttribute('aria-current', 'step');
    if (isByUser) heldStory = story.id;
    onMark(step, isByUser);
  }

  function makeRow(story: Story, step: Step): HTMLLIElement {
    const { at, from, to, text, why, tone, durationMs, facts } = step;
    const way = from === to ? [shortNames[from]] : [shortNames[from], element('span', 'arrow', '→'), shortNames[to]];
    const row = button(`step ${tone ?? ''}`, '', () => {
      mark(row, story, step, true);
      if (!facts) return;
      row.setAttribute('aria-expanded', String(item.classList.toggle('picked')));
      item.scrollIntoView({ block: 'nearest' });
    });
    row.tabIndex = -1;
    row.append(
      element('span', 'time mono', timeOf(at)),
      element('span', 'way', ...way),
      element(
        'span',
        'what',
        element('span', 'text', unbroken(text)),
        ...(why === undefined ? [] : [element('span', 'why', unbroken(why))]),
      ),
      element('span', 'took', durationMs === undefined ? '' : durationOf(durationMs)),
    );
    row.addEventListener('focus', () => {
      if (row.matches(':focus-visible')) mark(row, story, step, true);
    });
    const item = element('li', '', row);
    if (facts) {
      row.setAttribute('aria-expanded', 'false');
      row.querySelector('.what')?.append(element('span', 'more', 'What was signed'));
      const rows = facts.map(([name, value]) =>
        element('div', '', element('dt', '', name), element('dd', 'mono', value)),
      );
      item.append(element('dl', 'facts', ...rows));
    }
    return item;
  }

  function open(story: Story): void {
    if (shown.has(story.id)) return;
    for (const each of shown.values()) each.details.open = false;
    const state = element('span', 'badge');
    const summary = element('summary', '', element('h3', '', story.title), state);
    const steps = element('ol', 'steps');
    const without = element('p', 'without');
    if (story.words.without !== '') without.append(element('strong', '', 'Without the kit: '), story.words.without);
    const copy = button('plain', 'Copy as text', () => copyFrom(copy, textOf(story)));
    const end = element('div', 'end', without, copy);
    const details = element('details', '', summary, steps, end);
    details.open = true;
    const item = element('li', 'story-item', details);
    shown.set(story.id, { item, details, state, steps, end });
    list.prepend(item);
    for (const [id, each] of [...shown].slice(0, Math.max(0, shown.size - 20))) {
      each.item.remove();
      shown.delete(id);
    }
    list.scrollTop = 0;
  }

  const isFollowed = ({ id }: Story): boolean => [...shown.keys()].at(-1) === id && heldStory !== id;

  /** What is newest comes into view within the list, unless somebody reads elsewhere in it. */
  function follow(story: Story, part: HTMLElement): void {
    if (!isFollowed(story)) return;
    list.scrollTop = Math.max(0, part.offsetTop + part.offsetHeight - list.clientHeight);
  }

  list.addEventListener('keydown', (event) => {
    const rows = [...list.querySelectorAll<HTMLButtonElement>('details[open] .step')];
    const at = rows.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
  });

  return {
    open,
    add(story, index) {
      open(story);
      const step = story.steps[index];
      const place = shown.get(story.id);
      if (step === undefined || place === undefined) return;
      const item = makeRow(story, step);
      if (place.steps.children.length === story.steps.length) place.steps.firstElementChild?.remove();
      place.steps.insertBefore(item, place.steps.children[index] ?? null);
      const row = item.querySelector('button');
      if (row && index === story.steps.length - 1 && isFollowed(story)) mark(row, story, step, false);
      follow(story, place.steps);
    },
    update(story) {
      const place = shown.get(story.id);
      if (place === undefined) return;
      const { outcome } = story;
      place.state.className = `badge ${outcome?.tone ?? ''}`;
      const length = story.steps.length > 1 ? durationOf(lengthOf(story)) : '';
      const all = story.steps.length + story.left;
      const shownOf = story.left === 0 ? '' : `, the last ${story.steps.length} shown`;
      const count = all === 0 ? '' : `${all} ${all === 1 ? 'step' : 'steps'}${shownOf}`;
      place.state.textContent = [outcome?.text ?? (story.isOwn ? 'under way' : ''), count, length]
        .filter((part) => part !== '')
        .join(' · ');
      if (outcome !== undefined) follow(story, place.end);
    },
  };
}

/** The end of a masked token stays with its dots in one line. */
function unbroken(text: string): string {
  return text.replaceAll('…', '…\u2060');
}
