import type { Step } from '../protocol.js';
import { durationOf, timeOf } from './elements.js';
import { keepForTab, recall } from './kept.js';
import { pieceNames, type StoryWords, storyWords } from './words.js';

/** What is kept of what happened; more than anybody reads. */
const maxStories = 20;
const maxSteps = 150;
/** How many outlive a reload. */
const maxKept = 6;
const keptName = 'stories';

/** What happened after one press of a button, in the order of time. */
export interface Story {
  readonly id: string;
  readonly title: string;
  readonly words: StoryWords;
  /** Whether this page has begun it. */
  readonly isOwn: boolean;
  readonly steps: Step[];
  /** How many steps were more than are kept. */
  left: number;
  /** How it came out, once that is known. */
  outcome: { readonly text: string; readonly tone: 'good' | 'warn' | 'bad' } | undefined;
}

/** The stories of this page, the newest one last. */
export interface Stories {
  readonly list: () => readonly Story[];
  /** Begins a story under that ID, or returns the one that there is. */
  readonly begin: (id: string, who: string | undefined) => Story;
  /** Adds a step where it belongs in time; returns its story and its place, -1 where it is older than those that are kept. */
  readonly add: (step: Step) => { readonly story: Story; readonly index: number };
  readonly find: (id: string) => Story | undefined;
}

/** Creates the stories of a page, with those that this tab had before it was reloaded. */
export function createStories(tab: string): Stories {
  const stories = recallStories();
  addEventListener('pagehide', () => keepForTab(keptName, JSON.stringify(stories.slice(-maxKept))));

  function begin(id: string, who = ''): Story {
    const isOwn = id.includes(`-${tab}-`) && !id.startsWith('elsewhere-');
    const found = stories.find((story) => story.id === id);
    if (found) return found;
    const words = wordsOf(id);
    const title = who === '' ? words.title : `${words.title} · ${who}`;
    const story: Story = { id, title, words, isOwn, steps: [], left: 0, outcome: undefined };
    stories.push(story);
    if (stories.length > maxStories) stories.shift();
    return story;
  }

  return {
    list: () => stories,
    find: (id) => stories.find((story) => story.id === id),
    begin,
    add(step) {
      const story = begin(step.story, undefined);
      const after = story.steps.findIndex(({ at, rank }) => at > step.at || (at === step.at && rank > step.rank));
      const index = after < 0 ? story.steps.length : after;
      story.steps.splice(index, 0, step);
      if (story.steps.length <= maxSteps) return { story, index };
      story.steps.shift();
      story.left += 1;
      return { story, index: index - 1 };
    },
  };
}

function recallStories(): Story[] {
  try {
    // An older page of this port may have kept others.
    const kept = JSON.parse(recall(keptName) ?? '[]') as Story[];
    const isWhole = kept.every(({ id, title, words, steps }) => id && title && words && Array.isArray(steps));
    return isWhole ? kept.map(withOutcome) : [];
  } catch {
    return [];
  }
}

/** Returns a story that outlived a reload as one that has come out: those who would have ended it are gone. */
function withOutcome(story: Story): Story {
  if (!story.isOwn || story.outcome !== undefined) return story;
  return { ...story, outcome: { text: 'cut short by a reload', tone: 'warn' } };
}

/** Returns how long a story has taken so far: from its first step to its last one. */
export function lengthOf({ steps }: Story): number {
  return (steps.at(-1)?.at ?? 0) - (steps[0]?.at ?? 0);
}

/** Returns a story as text, for a ticket or a chat. */
export function textOf(story: Story): string {
  const { title, steps, outcome, words } = story;
  const lines = steps.map(({ at, from, to, text, why, durationMs, facts }) => {
    const way = from === to ? pieceNames[from] : `${pieceNames[from]} → ${pieceNames[to]}`;
    const took = durationMs === undefined ? '' : `  ${durationOf(durationMs)}`;
    const more = [...(why === undefined ? [] : [why]), ...(facts ?? []).map(([name, value]) => `${name}: ${value}`)];
    return [`${timeOf(at)}  ${way}  ${text}${took}`, ...more.map((line) => `              ${line}`)].join('\n');
  });
  const end = outcome === undefined ? [] : [outcome.text];
  const without = words.without === '' ? [] : [`Without the kit: ${words.without}`];
  return [title, ...lines, ...end, ...without].join('\n');
}

/** The ID begins with the kind: `rotate-a1b2-3`. */
function wordsOf(id: string): StoryWords {
  return storyWords[id.replace(/-[\da-f]{4}-\d+$/, '')] ?? { title: id, without: '' };
}
