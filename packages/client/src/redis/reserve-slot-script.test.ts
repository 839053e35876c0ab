import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { reserveSlotScript, reserveSlotSha1 } from './reserve-slot-script.js';

it('the name of the script is that of its text, so that EVALSHA finds it', () => {
  expect(reserveSlotSha1).toBe(createHash('sha1').update(reserveSlotScript).digest('hex'));
});
