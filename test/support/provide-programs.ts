import provideChromium from '../browser/chromium-setup.js';
import provideLanguages from '../languages/languages-setup.js';
import { installPrograms } from '../runtimes/install.js';
import provideDeployment from '../samples/deploy-setup.js';
import provideSpecmatic from '../specmatic/specmatic-setup.js';
import provideBusyBox from './busybox-setup.js';
import provideCurl from './curl-setup.js';
import provideRedis from './redis-setup.js';
import provideShells from './shells-setup.js';
import provideSqlite from './sqlite-setup.js';
import provideTinyproxy from './tinyproxy-setup.js';

// Brings all that the suites of tests would bring themselves, one after the other: `npm test` does it beside its checks.
provideBusyBox();
provideCurl();
installPrograms();
provideChromium();
provideRedis();
provideSqlite();
provideTinyproxy();
provideShells();
provideDeployment();
provideSpecmatic();
provideLanguages();
