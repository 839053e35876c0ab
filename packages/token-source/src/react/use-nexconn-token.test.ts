import { createElement, useState } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { makeEnvironment, settle } from '../../test/support/make-environment.js';
import { makeServer, makeSource } from '../../test/support/make-source.js';
import { type NexconnTokenState, useNexconnToken } from './index.js';

it('renders as loading on a server, and fetches nothing there', async () => {
  const { fetchToken, requests } = makeServer();
  const source = makeSource(makeEnvironment(), fetchToken);
  const Status = () => createElement('p', null, useNexconnToken(source).status);
  expect(renderToString(createElement(Status))).toBe('<p>loading</p>');
  await settle();
  expect(requests).toEqual([]);
});

it('has one view for each source: of another one it shows the token of that', async () => {
  const [one, two] = [makeServer(), makeServer()];
  const sources = [one, two].map(({ fetchToken }) => makeSource(makeEnvironment(), fetchToken));
  const states: NexconnTokenState[] = [];
  const Status = () => {
    const [index, choose] = useState(0);
    const [times, render] = useState(0);
    states.push(useNexconnToken(sources[index] as (typeof sources)[0]));
    if (index === 0) choose(1);
    else if (times === 0) render(1);
    return null;
  };
  renderToString(createElement(Status));
  expect(new Set(states.map(({ reload }) => reload)).size).toBe(2);
  states.at(-1)?.reload();
  await settle();
  expect([one, two].map(({ requests }) => requests.length)).toEqual([0, 1]);
});

it.each([undefined, null, 5, 'token', {}, [], new Map(), { get: () => {} }, Promise.resolve()])(
  'refuses what is no source, by name: %o',
  (source) => {
    const Status = () => createElement('p', null, useNexconnToken(source as never).status);
    let thrown: unknown;
    try {
      renderToString(createElement(Status));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^source is no token source/),
    });
  },
);
