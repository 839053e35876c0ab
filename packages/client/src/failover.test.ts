import { describe, expect, it, vi } from 'vitest';
import { createFailover, type Host, onlyHost, toHost } from './failover.js';

const primary = 'https://a.example';
const backup = 'https://b.example';

function start(baseUrls = [primary, backup]) {
  let now = 1_000;
  const moves: string[] = [];
  const hosts = createFailover(baseUrls.map(toHost), {
    coolDownMs: 100,
    monotonicNow: () => now,
    onFailover: (from, to) => moves.push(`${from} > ${to}`),
  });
  return {
    hosts,
    moves,
    pass: (ms: number) => {
      now += ms;
    },
    /** Ends an attempt as soon as its host is picked. */
    attempt(isGood: boolean): string {
      const host = hosts.pick();
      if (isGood) hosts.succeeded(host);
      else hosts.failed(host);
      return host.origin;
    },
  };
}

describe('toHost', () => {
  it.each([
    ['https://a.example', { origin: 'https://a.example', prefix: '' }],
    ['http://127.0.0.1:4010/gateway/v1', { origin: 'http://127.0.0.1:4010', prefix: '/gateway/v1' }],
  ])('takes %s apart', (baseUrl, host) => expect(toHost(baseUrl)).toEqual(host));
});

it('a host that is the only one takes every attempt, and no other is next', () => {
  const host = toHost(primary);
  const { pick, failed, hasOther } = onlyHost(host);
  expect([pick(), pick([host]), failed(host), hasOther([])]).toEqual([host, host, false, false]);
});

describe('an attempt that waits for a host', () => {
  it('leaves it once it goes down while the other is up', () => {
    const { hosts } = start();
    const [first, second] = [hosts.pick(), hosts.pick()];
    const waiting = [hosts.pick(), hosts.pick()];
    const left: Host[] = [];
    for (const host of waiting) hosts.whenDown(host, () => left.push(host));
    hosts.whenDown(waiting[1] as Host, undefined);
    hosts.failed(first);
    hosts.failed(second);
    expect(left).toEqual([waiting[0]]);
  });

  it('stays where the other one is down, or where an older attempt fails after it has come up again', () => {
    const { hosts, pass } = start();
    const [old, older] = [hosts.pick(), hosts.pick()];
    hosts.failed(old);
    hosts.failed(hosts.pick());
    pass(100);
    hosts.succeeded(hosts.pick());
    const leave = vi.fn();
    hosts.whenDown(hosts.pick(), leave);
    hosts.failed(older);
    expect(leave).not.toHaveBeenCalled();
    const alone = start([primary]).hosts;
    alone.whenDown(alone.pick(), leave);
    alone.failed(alone.pick());
    expect(leave).not.toHaveBeenCalled();
  });
});

describe('createFailover', () => {
  it('stays with the primary where a single call has gone to the backup', () => {
    const { hosts, moves } = start();
    const other = hosts.pick([hosts.pick()]);
    expect(other.origin).toBe(backup);
    hosts.succeeded(other);
    expect(moves).toEqual([]);
    expect(hosts.pick().origin).toBe(primary);
  });

  it('stays with the primary while it is up', () => {
    const { attempt, moves } = start();
    expect([attempt(true), attempt(true)]).toEqual([primary, primary]);
    expect(moves).toEqual([]);
  });

  it('goes on at the backup after a failure, at once, and remembers it', () => {
    const { hosts, attempt, moves, pass } = start();
    expect(hosts.failed(hosts.pick())).toBe(true);
    expect(attempt(true)).toBe(backup);
    pass(99);
    expect(attempt(true)).toBe(backup);
    expect(moves).toEqual([`${primary} > ${backup}`]);
  });

  it('has one call try the primary after the cool-down, while the others stay at the backup', () => {
    const { hosts, attempt, moves, pass } = start();
    attempt(false);
    pass(100);
    const probe = hosts.pick();
    expect(probe.origin).toBe(primary);
    expect([attempt(true), attempt(true)]).toEqual([backup, backup]);
    hosts.succeeded(probe);
    expect(attempt(true)).toBe(primary);
    expect(moves).toEqual([`${primary} > ${backup}`, `${backup} > ${primary}`]);
  });

  it('leaves the primary alone for twice as long after each failed probe, up to ten times', () => {
    const { hosts, pass } = start();
    hosts.failed(hosts.pick());
    const waits = Array.from({ length: 6 }, () => {
      let waitedMs = 0;
      let host = hosts.pick();
      for (; host.origin === backup && waitedMs < 2_000; host = hosts.pick()) {
        hosts.succeeded(host);
        pass(50);
        waitedMs += 50;
      }
      hosts.failed(host);
      return waitedMs;
    });
    expect(waits).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  it('is not brought back by an answer that was under way when the host failed', () => {
    const { hosts, attempt, moves } = start();
    const [slow, quick] = [hosts.pick(), hosts.pick()];
    hosts.failed(quick);
    hosts.succeeded(slow);
    expect(attempt(true)).toBe(backup);
    expect(moves).toEqual([`${primary} > ${backup}`]);
  });

  it('goes over at a failure, though others that were under way have succeeded meanwhile', () => {
    const { hosts, attempt } = start();
    const [good, bad] = [hosts.pick(), hosts.pick()];
    hosts.succeeded(good);
    expect(hosts.failed(bad)).toBe(true);
    expect(attempt(true)).toBe(backup);
  });

  it('has no second probe because an attempt from before has ended', () => {
    const { hosts, attempt, pass } = start();
    const slow = [hosts.pick(), hosts.pick(), hosts.pick()] as const;
    attempt(false);
    pass(100);
    expect(hosts.pick().origin).toBe(primary);
    hosts.released(slow[0]);
    hosts.succeeded(slow[1]);
    hosts.failed(slow[2]);
    expect(hosts.pick().origin).toBe(backup);
  });

  it('counts the failures of many calls that were under way as one', () => {
    const { hosts, attempt, moves, pass } = start();
    for (const host of Array.from({ length: 10 }, () => hosts.pick())) {
      hosts.failed(host);
      // The last ones fail when the cool-down of the first is over: counted, they would make it longer each time.
      pass(15);
    }
    expect(attempt(true)).toBe(primary);
    expect(attempt(true)).toBe(primary);
    expect(moves).toEqual([`${primary} > ${backup}`, `${backup} > ${primary}`]);
  });

  it('does not go to and fro while the primary answers every second call', () => {
    const { hosts, moves } = start();
    for (let round = 0; round < 50; round += 1) {
      const [first, second] = [hosts.pick(), hosts.pick()];
      if (first.origin === primary) hosts.failed(first);
      else hosts.succeeded(first);
      hosts.succeeded(second);
    }
    expect(moves).toEqual([`${primary} > ${backup}`]);
  });

  it('tries the one that has been left alone for longest when all are down, and says that no other is up', () => {
    const { hosts, attempt, pass } = start();
    attempt(false);
    pass(10);
    const second = hosts.pick();
    expect(second.origin).toBe(backup);
    expect(hosts.failed(second)).toBe(false);
    expect(attempt(true)).toBe(primary);
    expect(attempt(true)).toBe(primary);
  });

  it('goes on at the host that a call has not tried, though it is down', () => {
    const { hosts, attempt, pass } = start();
    attempt(false);
    pass(10);
    attempt(false);
    const first = hosts.pick();
    const second = hosts.pick([first]);
    expect([first.origin, second.origin]).toEqual([primary, backup]);
    expect([hosts.hasOther([first]), hosts.hasOther([first, second])]).toEqual([true, false]);
  });

  it('prefers, while all are down, a host that is due to the one that failed longest ago', () => {
    const { hosts, attempt, pass } = start();
    for (const host of [primary, backup]) {
      expect(attempt(false)).toBe(host);
      pass(10);
    }
    // The primary fails again, which makes its cool-down no longer: both are due in the order in which they failed at first.
    expect(attempt(false)).toBe(primary);
    pass(80);
    const first = hosts.pick();
    expect(first.origin).toBe(primary);
    // One probe is enough: whoever comes meanwhile goes to the other, which is not due yet.
    expect(hosts.pick().origin).toBe(backup);
    pass(10);
    expect(hosts.pick().origin).toBe(backup);
  });

  it('chooses among three that are down the one that failed longest ago, and leaves out where the call has failed', () => {
    const third = 'https://c.example';
    const { hosts, attempt, pass, moves } = start([primary, backup, third]);
    const failNext = (): string => {
      pass(1);
      return attempt(false);
    };
    expect([failNext(), failNext(), failNext()]).toEqual([primary, backup, third]);
    expect([failNext(), failNext()]).toEqual([primary, backup]);
    expect(hosts.pick().origin).toBe(third);
    const failedAt: Host[] = [];
    for (const origin of [third, primary, backup]) {
      expect(hosts.hasOther(failedAt)).toBe(true);
      const host = hosts.pick(failedAt);
      expect(host.origin).toBe(origin);
      failedAt.push(host);
    }
    expect(hosts.hasOther(failedAt)).toBe(false);
    // Where none is left, all are to be chosen from again.
    pass(1);
    expect(attempt(false)).toBe(third);
    expect(hosts.pick(failedAt).origin).toBe(primary);
    expect(moves).toEqual([`${primary} > ${backup}`, `${backup} > ${third}`]);
  });

  it('takes the first of those that failed at the same moment', () => {
    const { hosts, attempt } = start();
    attempt(false);
    attempt(false);
    expect([hosts.pick().origin, hosts.pick().origin]).toEqual([primary, primary]);
  });

  it('takes turns while all are down', () => {
    const { attempt, pass } = start();
    const tried = Array.from({ length: 6 }, () => {
      pass(1);
      return attempt(false);
    });
    expect(tried).toEqual([primary, backup, primary, backup, primary, backup]);
  });

  it('stays where an attempt is answered while all are down, though another one is under way there', () => {
    const { hosts, attempt, pass, moves } = start();
    attempt(false);
    pass(1);
    attempt(false);
    pass(1);
    attempt(false);
    const [first, second] = [hosts.pick(), hosts.pick()];
    expect([first.origin, second.origin]).toEqual([backup, backup]);
    hosts.succeeded(second);
    expect([attempt(true), attempt(true)]).toEqual([backup, backup]);
    expect(moves).toEqual([`${primary} > ${backup}`]);
  });

  it('is not taken down by an attempt that began before it came up again', () => {
    const { hosts, attempt, pass } = start();
    const slow = hosts.pick();
    attempt(false);
    pass(100);
    expect(attempt(true)).toBe(primary);
    hosts.failed(slow);
    expect(attempt(true)).toBe(primary);
  });

  it('has the next call probe a host whose probe ended without a verdict', () => {
    const { hosts, attempt, pass } = start();
    attempt(false);
    pass(100);
    hosts.released(hosts.pick());
    expect(attempt(true)).toBe(primary);
  });

  it('goes back from a failing backup to a primary that is due', () => {
    const { hosts, attempt, pass } = start();
    attempt(false);
    const late: Host = hosts.pick();
    pass(100);
    expect(hosts.failed(late)).toBe(true);
    expect(attempt(true)).toBe(primary);
  });

  it('keeps calling a host that has no backup', () => {
    const { hosts, attempt, moves } = start([primary]);
    expect(hosts.failed(hosts.pick())).toBe(false);
    expect([attempt(false), attempt(true)]).toEqual([primary, primary]);
    expect(moves).toEqual([]);
  });
});
