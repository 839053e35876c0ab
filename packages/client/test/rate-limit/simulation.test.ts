import { describe, expect, it } from 'vitest';
import { calm, crowded, logInsBesideBulk, slowToCount, trouble } from './scenarios.js';
import { simulate } from './simulation.js';

const seconds = 60;

describe('in calm', () => {
  it.each(Object.entries(calm))('%s has nothing refused and uses 98 per cent of the limit', async (_, scenario) => {
    const { use, refusedPerThousand, mostInASecond } = await simulate(scenario, seconds);
    expect({ refusedPerThousand, isUsed: use >= 98, isWithin: mostInASecond <= 202 }).toEqual({
      ...{ refusedPerThousand: 0, isUsed: true, isWithin: true },
    });
  });
});

describe('in trouble', () => {
  it.each(Object.entries(trouble))(
    '%s: 2 of 1,000 are refused at the most, and 96 per cent are used',
    async (_, scenario) => {
      const { use, refusedPerThousand, failed } = await simulate(scenario, seconds);
      expect(failed).toBe(0);
      expect(refusedPerThousand).toBeLessThanOrEqual(2);
      expect(use).toBeGreaterThanOrEqual(96);
    },
  );
});

describe('slow to count', () => {
  it.each(Object.entries(slowToCount))(
    '%s: 2 of 1,000 are refused at the most, and 80 per cent are used',
    async (_, scenario) => {
      const { use, refusedPerThousand } = await simulate(scenario, seconds);
      expect(refusedPerThousand).toBeLessThanOrEqual(2);
      expect(use).toBeGreaterThanOrEqual(80);
    },
  );
});

describe('the start of a crowd', () => {
  it.each(Object.entries(crowded))(
    '%s: nothing is refused, and three quarters of the limit are used while event loops are busy',
    async (_, scenario) => {
      const { use, refusedPerThousand } = await simulate(scenario, 4.3);
      expect(refusedPerThousand).toBe(0);
      expect(use).toBeGreaterThanOrEqual(75);
      const { use: useInAMinute, failed } = await simulate(scenario, seconds);
      expect(useInAMinute).toBeGreaterThanOrEqual(98);
      expect(failed).toBe(0);
    },
  );
});

describe('a log-in at an idle process', () => {
  it.each(Object.entries(logInsBesideBulk))('%s starts within 0.3 windows', async (_, scenario) => {
    const { logInWaitMs, refusedPerThousand } = await simulate(scenario, seconds);
    expect(logInWaitMs).toBeLessThanOrEqual(300);
    expect(refusedPerThousand).toBeLessThanOrEqual(2);
  });
});
