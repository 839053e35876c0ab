import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { makeEnvironment, settle } from '../../test/support/make-environment.js';
import { makeServer, makeSource } from '../../test/support/make-source.js';
import { useNexconnToken } from './index.js';

it('renders as loading on a server, and fetches nothing there', async () => {
  const { fetchToken, requests } = makeServer();
  const source = makeSource(makeEnvironment(), fetchToken);
  const Status = () => createElement('p', null, useNexconnToken(source).status);
  expect(renderToString(createElement(Status))).toBe('<p>loading</p>');
  await settle();
  expect(requests).toEqual([]);
});
