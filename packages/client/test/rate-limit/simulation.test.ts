import { describe, expect, it } from 'vitest';
import {
  calm,
  crowded,
  cutOff,
  logInsBesideBulk,
  oneSided,
  slowIterations,
  slowToCount,
  standstill,
  trouble,
} from './scenarios.js';
import { type Scenario, simulate } from './simulation.js';

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

describe('a store that some of a fleet have lost', () => {
  it.each(Object.entries(oneSided))('%s: all together stay within the limit', async (_, scenario) => {
    for (const lastsSeconds of [12, seconds]) {
      const { use, refusedPerThousand, failed, mostInASecond } = await simulate(scenario, lastsSeconds);
      expect({ failed, isUsed: use >= 95, isWithin: mostInASecond <= 202 }).toEqual({
        ...{ failed: 0, isUsed: true, isWithin: true },
      });
      expect(refusedPerThousand).toBeLessThanOrEqual(2);
    }
  });

  it('all of them: each takes its part of the limit', async () => {
    const all: Scenario = { processes: cutOff(20, 20) };
    const { use, refusedPerThousand } = await simulate(all, seconds);
    expect(refusedPerThousand).toBe(0);
    expect(use).toBeGreaterThanOrEqual(90);
  });
});

it('the lowest limit that one of a fleet was told is that of all, and those who were told it get no less', async () => {
  const told = [50, 100, 200, 200].map((perSecond) => ({ demand: 'full', latencyMs: 1, perSecond }) as const);
  const { use, refusedPerThousand } = await simulate({ processes: told }, seconds);
  expect(refusedPerThousand).toBe(0);
  expect(use).toBeGreaterThan((48 / 200) * 100);
  expect(use).toBeLessThanOrEqual((50 / 200) * 100);
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

describe('after it stood still once', () => {
  it.each(Object.entries(standstill))(
    '%s: 2 of 1,000 are refused at the most, and 96 per cent are used',
    async (_, scenario) => {
      const { use, refusedPerThousand, failed } = await simulate(scenario, seconds);
      expect(failed).toBe(0);
      expect(refusedPerThousand).toBeLessThanOrEqual(2);
      expect(use).toBeGreaterThanOrEqual(96);
    },
  );
});

describe('the start of a crowd', () => {
  it.each(Object.entries(crowded))(
    '%s: 2 of 1,000 are refused at the most, and three quarters of the limit are used while event loops are busy',
    async (_, scenario) => {
      const { use, refusedPerThousand } = await simulate(scenario, 4.3);
      expect(refusedPerThousand).toBeLessThanOrEqual(2);
      expect(use).toBeGreaterThanOrEqual(75);
      const { use: useInAMinute, failed } = await simulate(scenario, seconds);
      expect(useInAMinute).toBeGreaterThanOrEqual(98);
      expect(failed).toBe(0);
    },
  );
});

describe('a crowd that makes event loops slow', () => {
  it.each(Object.entries(slowIterations))(
    '%s: four fifths of the limit are used meanwhile, and of a minute all but 3 per cent',
    async (_, scenario) => {
      const { use } = await simulate(scenario, 4.3);
      expect(use).toBeGreaterThanOrEqual(80);
      const { use: useInAMinute, refusedPerThousand, failed } = await simulate(scenario, seconds);
      expect(useInAMinute).toBeGreaterThanOrEqual(97);
      expect(refusedPerThousand).toBeLessThanOrEqual(2);
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
