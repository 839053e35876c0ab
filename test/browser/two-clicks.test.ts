import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { siteFolder } from '@nexconn-kit/docs';
import { beforeAll, describe, expect, it } from 'vitest';

/** What somebody new asks, and the place that answers it. */
const questions: [question: string, answer: string][] = [
  ['How do I get my first token?', 'start/back-end.html'],
  ['How do I sign a request by hand?', 'guides/signing.html'],
  ['Why is my signature refused with 1004?', 'errors.html'],
  ['How do I hand tokens out in Express?', 'recipes/express.html'],
  ['How does my page get its token, and stay connected?', 'guides/tokens-in-the-app.html'],
  ['May a user ID be an e-mail address?', 'guides/user-ids.html'],
  ['How do I test without an account?', 'guides/testing.html'],
  ['What does the mock refuse, and how do I make it fail?', 'guides/what-the-mock-answers.html'],
  ['How do I get a client and a mock for my own OpenAPI document?', 'guides/own-document.html'],
  ['How do I test a server against my document?', 'guides/own-document.html#test-a-server-of-it'],
  ['How do I change the App Secret without an outage?', 'guides/rotating-the-app-secret.html'],
  ['How many requests a second may I send?', 'guides/rate-limits.html'],
  ['Is there a collection for Postman or Bruno?', 'downloads.html'],
  ['Which fields does the call take, and in my language?', 'api/index.html'],
  ['How do I run the token server on Kubernetes?', 'guides/deploying.html'],
  ['Seconds or milliseconds in the Timestamp?', 'guides/signing.html#the-four-steps'],
  ['May a retry repeat the nonce?', 'guides/signing.html#sign-each-attempt'],
  ['What if the clock of my server is off?', 'guides/calling-the-api.html#a-clock-that-is-off'],
  ['Does a call throw, or return an error?', 'guides/calling-the-api.html#both-ways-to-ask'],
  ['How does the mock answer 429, slowly, or not at all?', 'guides/what-the-mock-answers.html#faults'],
  ["How do I go out over the company's proxy?", 'guides/deploying.html#out-through-a-proxy'],
  ['Are stored tokens encrypted?', 'guides/token-stores.html#encryption-at-rest'],
  ['How do I get traces by OpenTelemetry?', 'guides/observing.html#opentelemetry'],
  ['I use Prism. What changes?', 'guides/moving.html#from-prism'],
  ['Does the App Secret get into a log?', 'guides/security.html#what-is-logged'],
  ['Does it run on Cloudflare Workers?', 'recipes/cloudflare.html'],
  ['Which options does the client have, and which defaults?', 'options.html#createnexconnclient'],
  ['Which flags has nexconn mock?', 'commands.html#commands'],
  ['Which settings has the token server?', 'token-server.html#settings'],
  ['What is done with the token at log-out?', 'guides/tokens-in-the-app.html#log-out'],
];

describe('from the first page', () => {
  let clicks: Map<string, number>;
  beforeAll(() => {
    if (!existsSync(siteFolder)) throw new Error(`${siteFolder} is not built. Run: npm run docs`);
    clicks = new Map([['index.html', 0]]);
    let reached = ['index.html'];
    for (const count of [1, 2]) {
      reached = reached.flatMap(linksOf).filter((page) => !clicks.has(page));
      for (const page of reached) clicks.set(page, count);
    }
  });

  it.each(questions)('two clicks at most lead to the answer: %s', (_question, answer) => {
    const [page = '', section] = answer.split('#');
    // To a section leads the list of its page.
    expect((clicks.get(page) ?? Number.POSITIVE_INFINITY) + (section === undefined ? 0 : 1)).toBeLessThanOrEqual(2);
    if (section !== undefined) expect(readFileSync(join(siteFolder, page), 'utf8')).toContain(`id="${section}"`);
  });

  it('what no link leads to is not found', () => {
    expect(clicks.get('404.html')).toBeUndefined();
  });
});

/** Returns the pages that the links of a page lead to. */
function linksOf(page: string): string[] {
  const html = readFileSync(join(siteFolder, page), 'utf8').replaceAll(/<script\b[\s\S]*?<\/script>/g, '');
  const links = [...html.matchAll(/<a\b[^>]*\shref="([^"#?]+)/g)].map(([, link = '']) => link);
  const pages = links
    .filter((link) => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(link))
    .map((link) => (link.startsWith('/') ? link.slice(1) : posix.join(posix.dirname(page), link)))
    .map((path) => (path === '' || path === '.' || path.endsWith('/') ? posix.join(path, 'index.html') : path));
  return [...new Set(pages)].filter((path) => path.endsWith('.html') && existsSync(join(siteFolder, path)));
}
