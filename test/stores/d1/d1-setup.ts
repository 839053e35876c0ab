import { npmCi } from '../../support/npm-ci.js';
import { installedFolder } from './start-d1.js';

/** The set-up of the tests on D1: its simulator is installed once, before several files would at the same time. */
export default function setup(): void {
  const failure = npmCi(installedFolder);
  // The tests fail by it; thrown here, it would keep all others from running.
  if (failure !== '') console.warn(`There is no Miniflare. ${failure}`);
}
