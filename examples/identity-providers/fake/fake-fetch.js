// Answers for the identity providers: `node --import ./fake/fake-fetch.js`. FAKE_ANSWERS has the texts by URL.
const answers = JSON.parse(process.env.FAKE_ANSWERS ?? '{}');
const realFetch = globalThis.fetch;

globalThis.fetch = async function fetch(input, init) {
  const url = String(input instanceof Request ? input.url : input);
  if (!(url in answers)) return realFetch(input, init);
  return new Response(JSON.stringify(answers[url]), { headers: { 'content-type': 'application/json' } });
};
