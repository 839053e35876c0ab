import { createTokenSource } from '@nexconn-kit/token-source';
import { delay, HttpResponse, http } from 'msw';
import type { MswApi } from 'msw-storybook-addon';
import preview from '../.storybook/preview';
import { TokenStatus } from './token-status';

const meta = preview.meta({ component: TokenStatus });

/** What the token endpoint of the app server answers in a story, and a source that has no token of another one. */
function answeredBy(answer: () => Promise<Response>) {
  return {
    args: { source: createTokenSource({ endpoint: '/access-token' }) },
    beforeEach: ({ msw }: { msw: MswApi }) => msw.use(http.post('/access-token', answer)),
  };
}

export const Loading = meta.story(answeredBy(() => delay('infinite').then(() => HttpResponse.error())));

export const Ready = meta.story(
  answeredBy(async () => HttpResponse.json({ userId: 'jlk456j5', accessToken: 'a-token', expiresInSeconds: 3600 })),
);

export const LoggedOut = meta.story(
  answeredBy(async () => HttpResponse.json({ code: 'LOGIN_REQUIRED', message: 'Log in first.' }, { status: 401 })),
);
