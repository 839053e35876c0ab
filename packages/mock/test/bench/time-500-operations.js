// Times the same request on the document as it is and on one of 500 operations, in turns.

import { signRequest } from '@nexconn-kit/signing';
import { toApi } from '../../src/document/api.js';
import { createPipeline } from '../../src/pipeline/pipeline.js';
import { resolveOptions } from '../../src/resolve-options.js';

const nexconnApi = toApi();

const rounds = Number(process.argv[2]);
const requestsARound = 5000;
const issue = nexconnApi.operations.issueAccessToken;
const body = Buffer.from(JSON.stringify({ userId: 'jlk456j5', name: 'Ada' }));
const settings = resolveOptions({ rateLimit: false });
const credentials = { appKey: settings.appKey ?? 'uwd1c0sxdlx2', appSecret: settings.appSecret ?? 'Y1W2MeFwwwRxa0' };
const small = createPipeline(nexconnApi, settings);
const large = createPipeline(withOperations(nexconnApi, 500), settings);

/** Half of the paths have parameters: those cannot be looked up by the whole path. */
function withOperations(api, count) {
  const definition = api.document.paths[issue.path].post;
  const paths = {};
  const operations = {};
  for (let index = 1; index < count; index += 1) {
    const path = index % 2 ? `/v4/things${index}/{id}/do` : `/v4/auth/things/do${index}`;
    paths[path] = { post: { ...definition, operationId: `doThing${index}` } };
    operations[`doThing${index}`] = { ...issue, operationId: `doThing${index}`, path };
  }
  return {
    ...api,
    document: { ...api.document, paths: { ...paths, ...api.document.paths } },
    operations: { ...operations, ...api.operations },
  };
}

function makeRequests() {
  return Array.from({ length: requestsARound }, () => ({
    method: 'POST',
    path: issue.path,
    query: new URLSearchParams(),
    headers: Object.fromEntries([
      ['content-type', 'application/json'],
      ...Object.entries(signRequest(credentials)).map(([name, value]) => [name.toLowerCase(), value]),
    ]),
    body: (async function* () {
      yield body;
    })(),
  }));
}

async function microsecondsPerRequest(pipeline) {
  const requests = makeRequests();
  const start = performance.now();
  for (const request of requests) {
    const { status } = await pipeline.answer(request);
    if (status !== 200) throw new Error(`The mock answered ${status}.`);
  }
  return ((performance.now() - start) * 1000) / requestsARound;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const [costs, costsWith500, ratios] = [[], [], []];
// One round more than is counted: the first one warms up.
for (let round = 0; round <= rounds; round += 1) {
  const order = round % 2 ? [small, large] : [large, small];
  const measured = new Map();
  for (const pipeline of order) measured.set(pipeline, await microsecondsPerRequest(pipeline));
  if (round === 0) continue;
  costs.push(measured.get(small));
  costsWith500.push(measured.get(large));
  ratios.push(measured.get(large) / measured.get(small));
}
console.log(
  JSON.stringify({
    microseconds: median(costs),
    microsecondsWith500: median(costsWith500),
    growthWith500: median(ratios),
  }),
);
