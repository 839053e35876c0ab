#!/usr/bin/env node
// Signs what cannot sign by itself. Node 20 or later, no package.
//
//   node sign.mjs nexconn.http            prints the file with each request signed: open that copy, and send within minutes
//   node sign.mjs --send nexconn.http     signs and sends each request, and prints what is answered
//   node sign.mjs nexconn.arazzo.yaml     prints the inputs of the workflows: an app for each, and signatures
//
// The first two read NEXCONN_APP_KEY, NEXCONN_APP_SECRET and NEXCONN_BASE_URL. The App Secret is never printed but in the
// inputs of workflows, where it is one that was made up for a mock.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const files = process.argv.slice(2).filter((word) => word !== '--send');
const [file] = files;
if (file === undefined || files.length > 1) fail('Name one file: node sign.mjs [--send] nexconn.http');
const text = readFileSync(file, 'utf8');
if (/\.ya?ml$/.test(file)) console.log(JSON.stringify(workflowInputs(text)));
else if (process.argv.includes('--send')) await sendEach(signedCopy(text));
else console.log(signedCopy(text).trimEnd());

function sign(appSecret, timestamp) {
  // A new nonce for every request; it ends in a letter.
  const nonce = `${randomBytes(8).toString('hex')}a`;
  const signature = createHash('sha1').update(`${appSecret}${nonce}${timestamp}`).digest('hex');
  return { nonce, timestamp: `${timestamp}`, signature };
}

function signedCopy(http) {
  const { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl } = process.env;
  if (!appKey || !appSecret || !baseUrl) fail('Set NEXCONN_APP_KEY, NEXCONN_APP_SECRET and NEXCONN_BASE_URL.');
  const [head, ...requests] = http.split(/^(?=### )/m);
  const copies = requests.map((request) => {
    const values = { appKey, baseUrl: baseUrl.replace(/\/$/, ''), ...sign(appSecret, Date.now()) };
    return request.replace(/\{\{(\w+)\}\}/g, (whole, name) => values[name] ?? whole);
  });
  return [head, ...copies].join('');
}

async function sendEach(http) {
  for (const request of http.split(/^### /m).slice(1)) {
    const [title = '', ...rest] = request.split('\n');
    const [head = '', ...bodies] = rest.join('\n').split('\n\n');
    const [line = '', ...headers] = head.split('\n');
    const [method, url] = line.split(' ');
    const text = bodies.join('\n\n').trim();
    // The lines of a form end in both signs.
    const isForm = headers.some((header) => /^content-type: *multipart\//i.test(header));
    const body = isForm ? `${text}\n`.replaceAll('\n', '\r\n') : text;
    const response = await fetch(url, {
      method,
      headers: headers.map((header) => header.split(/:(.*)/).slice(0, 2)),
      ...(body !== '' && { body }),
      signal: AbortSignal.timeout(10_000),
    }).catch((error) => fail(`${title}: no answer from ${url}: ${error.message}`));
    // The rest of an answer may be secret: a log must hold no token.
    if (response.status === 204) {
      console.log(`${title}: HTTP 204`);
      continue;
    }
    const { code, errorMessage } = await response.json().catch(() => fail(`${title}: ${response.status} without JSON`));
    console.log(`${title}: HTTP ${response.status}, code ${code}${errorMessage ? `, ${errorMessage}` : ''}`);
    if (code !== 0) process.exitCode = 1;
  }
}

function workflowInputs(workflows) {
  const [appSecret, newAppSecret] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  const inputs = { appKey1: randomName(), appKey2: randomName(), appSecret, newAppSecret };
  for (const [, end] of workflows.matchAll(/\$inputs\.nonce(\w+)/g)) {
    const signed = sign(end === 'NewSecret' ? newAppSecret : appSecret, Date.now());
    for (const [name, value] of Object.entries(signed)) inputs[`${name}${end}`] = value;
  }
  return inputs;
}

function randomName() {
  return `workflow-${randomBytes(4).toString('hex')}`;
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
