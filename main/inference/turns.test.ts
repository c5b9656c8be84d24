/** @file Calls in turns: order, cancels while waiting, and short calls that slip into long ones. */

import { describe, expect, it } from 'vitest';
import type { Work } from '../../preload/contract/progress';
import { breathe } from '../sampling/batches';
import { noWork } from '../sampling/scripted/gaussians';
import { inTurns } from './turns';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ten passes that each block the thread, as a graph does. */
const passes = async (work: Work, order: string[], blockMs = 10): Promise<void> => {
  for (let pass = 0; pass < 10; pass++) {
    await breathe(work, 'long');
    for (const end = performance.now() + blockMs; performance.now() < end; );
    order.push(`pass ${pass}`);
  }
};

describe('calls', () => {
  it('run one after the other; one cancelled while it waits ends at once', async () => {
    const order: string[] = [];
    const handlers = inTurns({
      slow: async (args) => {
        order.push(`start ${args}`);
        await pause(50);
        order.push(`end ${args}`);
        if (args === 'a') throw new Error('a failed');
        return args;
      },
    });
    const abort = new AbortController();
    const a = handlers.slow('a', noWork).catch((error: Error) => error.message);
    const b = handlers.slow('b', { ...noWork, signal: abort.signal }).catch((error: { code: string }) => {
      order.push('b cancelled');
      return error.code;
    });
    const c = handlers.slow('c', noWork);
    abort.abort();
    expect(await Promise.all([a, b, c])).toEqual(['a failed', 'cancelled', 'c']);
    expect(order).toEqual(['start a', 'b cancelled', 'end a', 'start c', 'end c']);
  });

  it('go on after a handler that throws before its first await', async () => {
    const handlers = inTurns({
      bad: () => {
        throw new Error('at once');
      },
      good: async () => 'well',
    });
    const bad = handlers.bad({}, noWork);
    const good = handlers.good({}, noWork);
    await expect(bad).rejects.toThrow('at once');
    expect(await good).toBe('well');
  });
});

describe('short calls', () => {
  it('slip in between two passes of a long one, and before long ones that wait', async () => {
    const order: string[] = [];
    const handlers = inTurns(
      {
        long: async (args, work) => {
          order.push(`long ${args}`);
          await passes(work, order);
        },
        short: async (args) => void order.push(`short ${args}`),
      },
      new Set(['short']),
    );
    const first = handlers.long(1, noWork);
    const second = handlers.long(2, noWork);
    await pause(25);
    const asked = order.length;
    await handlers.short('a', noWork);
    // At most the pass under way and one more came before it.
    expect(order.indexOf('short a') - asked).toBeLessThanOrEqual(2);
    expect(order).not.toContain('pass 9');
    await handlers.short('b', noWork);
    expect(order).not.toContain('long 2');
    await Promise.all([first, second]);
    expect(order.filter((entry) => entry.startsWith('pass'))).toHaveLength(20);
  });

  it('run one at a time, in order, and none within another', async () => {
    const order: string[] = [];
    const handlers = inTurns(
      {
        long: (_args, work) => passes(work, []),
        short: async (args, work) => {
          order.push(`start ${args}`);
          await breathe(work, 'short');
          order.push(`end ${args}`);
        },
      },
      new Set(['short']),
    );
    const long = handlers.long(0, noWork);
    await pause(15);
    await Promise.all([handlers.short('a', noWork), handlers.short('b', noWork)]);
    expect(order).toEqual(['start a', 'end a', 'start b', 'end b']);
    await long;
  });

  it('that fail or are cancelled leave the long call alone', async () => {
    const order: string[] = [];
    const handlers = inTurns(
      {
        long: (_args, work) => passes(work, order),
        short: async (args) => {
          if (args === 'fail') throw new Error('short failed');
        },
      },
      new Set(['short']),
    );
    const long = handlers.long(0, noWork);
    await pause(15);
    const abort = new AbortController();
    const failing = expect(handlers.short('fail', noWork)).rejects.toThrow('short failed');
    const cancelled = expect(handlers.short('b', { ...noWork, signal: abort.signal })).rejects.toMatchObject({ code: 'cancelled' });
    abort.abort();
    await Promise.all([failing, cancelled]);
    await long;
    expect(order).toHaveLength(10);
  });
});
