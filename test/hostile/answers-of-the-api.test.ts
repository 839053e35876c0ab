import { tryAnswers } from './try-answers.js';

tryAnswers('the client', 'the token handler of an app server', 'nexconn token issue');
