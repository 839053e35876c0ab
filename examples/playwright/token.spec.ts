import { expect } from '@playwright/test';
import { test } from './fixtures.ts';

test('a page of whoever is logged in gets a token', async ({ app, context, nexconnMock, page }) => {
  await context.addCookies([{ name: 'session', value: 'a1b2', url: app.url }]);
  await page.goto(app.url);
  await expect(page.locator('#status')).toHaveText('has a token');
  expect(await nexconnMock.console.listJournal({ appKey: app.appKey })).toMatchObject({ entries: [{ status: 200 }] });
});

test('a page of nobody is asked to log in, and no token is issued', async ({ app, nexconnMock, page }) => {
  await page.goto(app.url);
  await expect(page.locator('#status')).toHaveText('LOGIN_REQUIRED');
  expect(await nexconnMock.console.listJournal({ appKey: app.appKey })).toMatchObject({ entries: [] });
});
