import { beforeEach, describe, expect, it } from 'vitest';
import { deliver, type Posted, post, postFirst, withoutDelivery } from '../../src/runtime/delivery.ts';
import { isAlone, Link } from '../../src/runtime/ring.ts';

let log: unknown[];

beforeEach(() => {
  log = [];
});

class Task extends Link implements Posted {
  readonly run: () => void;

  constructor(run: () => void) {
    super();
    this.run = run;
  }
}

function later(run: () => void): Task {
  const task = new Task(run);
  post(task);
  return task;
}

describe('deliver()', () => {
  it('runs what is posted, in order, and nothing runs before it is called', () => {
    for (const i of [1, 2, 3]) later(() => log.push(i));
    expect(log).toEqual([]);
    deliver();
    expect(log).toEqual([1, 2, 3]);
    deliver();
    expect(log).toEqual([1, 2, 3]);
  });

  it('takes each one out before it runs, so that it can be posted again', () => {
    const task = later(() => {
      log.push(isAlone(task));
      if (log.length < 3) post(task);
    });
    expect(isAlone(task)).toBe(false);
    deliver();
    expect(log).toEqual([true, true, true]);
  });

  it('runs what is posted meanwhile, too', () => {
    later(() => {
      log.push('a');
      later(() => log.push('c'));
    });
    later(() => log.push('b'));
    deliver();
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('is complete when it returns from a call inside another, up to a depth of 8', () => {
    const nest = (level: number): Task =>
      later(() => {
        log.push(`in ${level}`);
        if (level < 20) nest(level + 1);
        deliver();
        log.push(`out ${level}`);
      });
    nest(1);
    deliver();
    const entered = log.filter((entry) => String(entry).startsWith('in'));
    expect(entered).toEqual(Array.from({ length: 20 }, (_, i) => `in ${i + 1}`));
    expect(log.slice(0, 3)).toEqual(['in 1', 'in 2', 'in 3']);
    // Beyond the depth, one returns before the next begins.
    expect(log.indexOf('out 8')).toBeLessThan(log.indexOf('in 9'));
    expect(log.indexOf('out 7')).toBeGreaterThan(log.indexOf('in 20'));
  });

  it('runs a chain of 100,000 on a flat stack', () => {
    let count = 0;
    const chain = (): void => {
      if (++count < 100_000) later(chain);
      deliver();
    };
    later(chain);
    deliver();
    expect(count).toBe(100_000);
  });

  it('works again at every depth after a run that threw', () => {
    const error = new Error('mine');
    const nest = (level: number): void => {
      later(() => {
        if (level === 8) throw error;
        nest(level + 1);
        deliver();
      });
    };
    for (let round = 0; round < 3; round++) {
      nest(1);
      expect(deliver).toThrow(error);
    }
    later(() => log.push('next'));
    deliver();
    expect(log).toEqual(['next']);
  });
});

describe('postFirst()', () => {
  it('queues in front of all that are posted', () => {
    later(() => log.push('first'));
    later(() => log.push('second'));
    postFirst(new Task(() => log.push('decision')));
    deliver();
    expect(log).toEqual(['decision', 'first', 'second']);
  });

  it('queues alone where nothing is posted', () => {
    postFirst(new Task(() => log.push('decision')));
    deliver();
    expect(log).toEqual(['decision']);
  });
});

describe('withoutDelivery()', () => {
  it('runs the function, in which nothing is delivered', () => {
    later(() => log.push('posted before'));
    withoutDelivery(() => {
      later(() => log.push('posted inside'));
      deliver();
      log.push('inside');
    });
    expect(log).toEqual(['inside']);
    deliver();
    expect(log).toEqual(['inside', 'posted before', 'posted inside']);
  });

  it('can be nested, and delivers again only outside', () => {
    withoutDelivery(() => {
      later(() => log.push('posted'));
      withoutDelivery(deliver);
      deliver();
      log.push('inside');
    });
    deliver();
    expect(log).toEqual(['inside', 'posted']);
  });

  it('delivers again after the function has thrown', () => {
    const error = new Error('mine');
    expect(() =>
      withoutDelivery(() => {
        throw error;
      }),
    ).toThrow(error);
    later(() => log.push('next'));
    deliver();
    expect(log).toEqual(['next']);
  });
});
