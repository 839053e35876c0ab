import type { Topic } from '../protocol.js';
import { button, copyFrom, element, find } from './elements.js';
import { keep, recall } from './kept.js';
import { type Framework, frameworks, snippetFor, topics } from './snippets.js';

function linesOf(statements: readonly string[]): string[] {
  return statements.join('\n').split('\n');
}

/** Returns a link to a page of the documentation, which stands at the port that the page's own link to it has. */
function linkTo(page: string, file: string): HTMLAnchorElement {
  const link = element('a', '', file.replace(/^packages\/docs\/site\//, ''));
  link.href = `${(find('documentation') as HTMLAnchorElement).href}${page}.html`;
  return link;
}

/** Fills the panel with the code of a topic, in the tab of one's framework; returns what changes the topic. */
export function bindCodePanel(): (topic: Topic) => void {
  let topic: Topic = 'endpoint';
  const remembered = recall('framework');
  let framework: Framework = frameworks.find((each) => each === remembered) ?? 'Express';
  const tabs = new Map<Framework, HTMLButtonElement>();

  function show(): void {
    const { what, isOfApp } = topics[topic];
    const { file, page, statements } = snippetFor(topic, framework);
    find('code-what').textContent = what;
    find('code').replaceChildren(...linesOf(statements).map((line) => element('span', '', line)));
    find('code-file').replaceChildren(`${isOfApp ? 'In your page' : 'In your server'}, as in `, linkTo(page, file));
    find('code-panel').setAttribute('aria-labelledby', `tab-${framework}`);
    for (const [each, tab] of tabs) {
      tab.setAttribute('aria-selected', String(each === framework));
      tab.tabIndex = each === framework ? 0 : -1;
    }
  }

  function choose(next: Framework): void {
    framework = next;
    keep('framework', next);
    show();
    tabs.get(next)?.focus();
  }

  for (const each of frameworks) {
    const tab = button('tab', each, () => choose(each));
    tab.id = `tab-${each}`;
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', 'code-panel');
    tabs.set(each, tab);
  }
  const place = find('frameworks');
  place.append(...tabs.values());
  place.addEventListener('keydown', (event) => {
    const at = frameworks.indexOf(framework);
    const last = frameworks.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ];
    const next = to === undefined ? undefined : frameworks[to];
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
  });
  const copy = find('copy-code') as HTMLButtonElement;
  copy.addEventListener('click', () => copyFrom(copy, linesOf(snippetFor(topic, framework).statements).join('\n')));
  show();
  return (next) => {
    topic = next;
    show();
  };
}
