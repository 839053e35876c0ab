import { hash } from 'node:crypto';
import type { Api } from '../document/api.js';
import { asObject } from '../document/lookup.js';
import type { MockAnswer, MockRequest } from '../http/types.js';
import type { MockLink } from '../settings.js';
import { refuseForeignHost } from './guard.js';

/** Creates what answers people who open the mock in a browser; `undefined` for any other request, and where the document has `/`. */
export function createStartPage(
  api: Pick<Api, 'document' | 'operations'>,
  links: readonly MockLink[],
  listeningHost?: string,
): (request: MockRequest) => MockAnswer | undefined {
  return function answerStart(request) {
    if (!isAskedByBrowser(request) || Object.values(api.operations).some(({ path }) => path === '/')) return undefined;
    if (isForeignHost(request, listeningHost)) return undefined;
    return { status: 200, headers, body: writePage(api, links) };
  };
}

function isAskedByBrowser({ method, path, headers }: MockRequest): boolean {
  return path === '/' && (method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html') === true;
}

function isForeignHost(request: MockRequest, listeningHost: string | undefined): boolean {
  try {
    refuseForeignHost(request, listeningHost);
    return false;
  } catch {
    return true;
  }
}

const style = `
:root{color-scheme:light dark;--line:light-dark(#e3e6eb,#2a323d);--quiet:light-dark(#55606e,#9aa7b6);--accent:light-dark(#2f5bea,#7c9bff)}
body{margin:0 auto;max-width:680px;padding:48px 16px;font:15px/24px system-ui,sans-serif;color:light-dark(#12161c,#e8edf3);background:light-dark(#f7f8fa,#0e1116)}
h1{margin:0 0 8px;font-size:28px;line-height:36px;letter-spacing:-.015em}
p{margin:0 0 24px;color:var(--quiet)}
ul{margin:0 0 24px;padding:0;list-style:none;background:light-dark(#fff,#151a21);border:1px solid var(--line);border-radius:8px}
li+li{border-top:1px solid var(--line)}
li a,li code{display:block;padding:12px 16px;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:3px}
a:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
code{font:13px/20px ui-monospace,Menlo,Consolas,monospace}
h2{margin:0 0 8px;font-size:15px}
`;

const headers = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; img-src data:; base-uri 'none'; ` +
    "form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  Vary: 'Accept',
  'X-Frame-Options': 'DENY',
};

/** More would be no page but a list; the console has all. */
const maxOperations = 20;

function writePage({ document, operations }: Pick<Api, 'document' | 'operations'>, links: readonly MockLink[]): string {
  const { title } = asObject(document.info);
  const all = Object.values(operations);
  const shown = all
    .slice(0, maxOperations)
    .map(({ method, path }) => `<li><code>${escapeHtml(`${method} ${path}`)}</code></li>`);
  const more = all.length > shown.length ? `<p>and ${all.length - shown.length} more</p>` : '';
  const pages = [{ title: 'Console: requests, users, tokens, faults', url: '/_console' }, ...links];
  const items = pages.map((page) => `<li><a href="${escapeHtml(page.url)}">${escapeHtml(page.title)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mock of ${escapeHtml(String(title ?? 'an API'))}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>Mock of ${escapeHtml(String(title ?? 'an API'))}</h1>
<p>Programs call it here, with signed requests. What they sent, and what they were answered, is in its console.</p>
<ul>
${items.join('\n')}
</ul>
<h2>What it answers</h2>
<ul>
${shown.join('\n')}
</ul>
${more}
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
