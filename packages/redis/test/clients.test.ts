import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { connectionOf } from '../src/clients/clients.ts';

/** What ioredis has of an instance, as far as it is used. */
class FakeIoredis extends EventEmitter {
  readonly copies: FakeIoredis[] = [];
  readonly duplicated: unknown[][] = [];
  readonly call = vi.fn(async (...args: unknown[]) => args.flat());
  readonly disconnect = vi.fn();
  subscribe = vi.fn<(channel: string) => Promise<unknown>>(async () => 1);
  readonly options: object;
  readonly isCluster: boolean;

  constructor(options: object = {}, isCluster = false) {
    super();
    this.options = options;
    this.isCluster = isCluster;
  }

  duplicate(...args: unknown[]): FakeIoredis {
    this.duplicated.push(args);
    const copy = new FakeIoredis();
    this.copies.push(copy);
    return copy;
  }
}

class FakeNodeRedis extends EventEmitter {
  readonly sendCommand = vi.fn(async (...args: unknown[]) => args);
  readonly copy = Object.assign(new EventEmitter(), {
    connect: vi.fn(async () => {}),
    subscribe: vi.fn(async (_channel: string, _listener: (text: string) => void) => {}),
    destroy: vi.fn(),
    disconnect: vi.fn(async () => {}),
    isOpen: true,
  });

  duplicate() {
    return this.copy;
  }
}

describe('ioredis and iovalkey', () => {
  it('send by call, and subscribe on a connection of their own', async () => {
    const client = new FakeIoredis();
    const connection = connectionOf(client);
    expect(await connection.send(['TIME', 'x'])).toEqual(['TIME', 'x']);
    const [message, up] = [vi.fn(), vi.fn()];
    const subscribing = connection.subscribe('c', message, up);
    const [copy] = client.copies as [FakeIoredis];
    copy.emit('error', new Error('network'));
    copy.emit('ready');
    const stop = await subscribing;
    copy.emit('message', 'c', 'text');
    copy.emit('message', 'other', 'text');
    expect(message.mock.calls).toEqual([['text']]);
    copy.emit('ready');
    await Promise.resolve();
    expect([copy.subscribe.mock.calls, up.mock.calls.length]).toEqual([[['c'], ['c']], 2]);
    await stop();
    expect(copy.disconnect).toHaveBeenCalled();
  });

  it('send commands of more arguments than a call can have', async () => {
    const command = ['EVALSHA', ...Array.from({ length: 200_000 }, String)];
    expect(await connectionOf(new FakeIoredis()).send(command)).toEqual(command);
  });

  it('tell when their connection for messages has ended for good', async () => {
    const client = new FakeIoredis();
    const down = vi.fn();
    const connection = connectionOf(client);
    for (const more of [[down], []]) {
      const subscribing = connection.subscribe('c', vi.fn(), vi.fn(), ...more);
      client.copies.at(-1)?.emit('ready');
      await subscribing;
      client.copies.at(-1)?.emit('end');
      expect(down).toHaveBeenCalledOnce();
    }
    const failing = connection.subscribe('c', vi.fn(), vi.fn(), down);
    client.copies.at(-1)?.emit('end');
    await expect(failing).rejects.toThrow(/ended/);
    expect(down).toHaveBeenCalledOnce();
  });

  it('reject a subscription that the server refuses, or whose connection ends', async () => {
    const client = new FakeIoredis();
    const connection = connectionOf(client);
    const refused = connection.subscribe('c', vi.fn(), vi.fn());
    const refusal = new Error('NOPERM');
    const [copy] = client.copies as [FakeIoredis];
    copy.subscribe = vi.fn(async () => {
      throw refusal;
    });
    copy.emit('ready');
    await expect(refused).rejects.toBe(refusal);
    const ended = connection.subscribe('c', vi.fn(), vi.fn());
    client.copies[1]?.emit('end');
    await expect(ended).rejects.toThrow(/ended/);
  });

  it('connect again where a subscription fails that has been there before', async () => {
    const client = new FakeIoredis();
    const up = vi.fn();
    const subscribing = connectionOf(client).subscribe('c', vi.fn(), up);
    const [copy] = client.copies as [FakeIoredis];
    copy.emit('ready');
    await subscribing;
    copy.subscribe = vi.fn(async () => {
      throw new Error('Connection is closed.');
    });
    copy.emit('ready');
    await new Promise((resolve) => setImmediate(resolve));
    expect([copy.disconnect.mock.calls, up.mock.calls.length]).toEqual([[[true]], 1]);
  });

  it('with a prefix for keys open no connection after their end, when a lease is released late', async () => {
    const client = new FakeIoredis({ keyPrefix: 'app:' });
    const connection = connectionOf(client);
    const sent = connection.send(['TIME']);
    client.copies[0]?.emit('ready');
    await sent;
    connection.end?.();
    await expect(connection.send(['TIME'])).rejects.toThrow(/closed/);
    expect(client.copies.length).toBe(1);
  });

  it('with a prefix for keys send on a connection without it', async () => {
    const client = new FakeIoredis({ keyPrefix: 'app:' });
    const connection = connectionOf(client);
    const sent = connection.send(['TIME']);
    const [own] = client.copies as [FakeIoredis];
    own.emit('error', new Error('network'));
    own.emit('ready');
    await sent;
    await connection.send(['TIME']);
    expect([client.call.mock.calls.length, own.call.mock.calls.length, client.copies.length]).toEqual([0, 2, 1]);
    expect(client.duplicated[0]).toMatchObject([{ keyPrefix: '' }]);
    const subscribing = connection.subscribe('c', vi.fn(), vi.fn());
    client.copies[1]?.emit('ready');
    await (await subscribing)();
    expect(own.disconnect).toHaveBeenCalled();
  });

  it.each(['ready', 'close'])('with a prefix for keys send nothing before their connection is %s', async (event) => {
    const client = new FakeIoredis({ keyPrefix: 'app:', enableOfflineQueue: false });
    const connection = connectionOf(client);
    const sent = [connection.send(['TIME']), connection.send(['TIME'])];
    await new Promise((resolve) => setImmediate(resolve));
    const [own] = client.copies as [FakeIoredis];
    expect([own.call.mock.calls.length, client.copies.length]).toEqual([0, 1]);
    // Where it could not be made, the client says so itself.
    own.emit(event);
    await Promise.all(sent);
    expect(own.call).toHaveBeenCalledTimes(2);
  });

  it('end a subscription that does not come about', async () => {
    const client = new FakeIoredis();
    const connection = connectionOf(client);
    connection.end?.();
    const subscribing = connection.subscribe('c', vi.fn(), vi.fn());
    connection.end?.();
    const [copy] = client.copies as [FakeIoredis];
    expect(copy.disconnect).toHaveBeenCalledOnce();
    copy.emit('end');
    await expect(subscribing).rejects.toThrow(/ended/);
  });

  it('of a cluster are duplicated as a cluster', async () => {
    const client = new FakeIoredis({}, true);
    const subscribing = connectionOf(client).subscribe('c', vi.fn(), vi.fn());
    client.copies[0]?.emit('ready');
    await (await subscribing)();
    expect(client.duplicated[0]).toMatchObject([[], { keyPrefix: '' }]);
  });
});

describe('node-redis', () => {
  it('sends by sendCommand, and subscribes on a connection of its own', async () => {
    const client = new FakeNodeRedis();
    const connection = connectionOf(client);
    expect(await connection.send(['EVALSHA', 'sha', '3', 'key'])).toEqual([['EVALSHA', 'sha', '3', 'key']]);
    const [message, up] = [vi.fn(), vi.fn()];
    const stop = await connection.subscribe('c', message, up);
    client.copy.emit('error', new Error('network'));
    client.copy.subscribe.mock.calls[0]?.[1]('text');
    client.copy.emit('ready');
    expect([message.mock.calls, up.mock.calls.length]).toEqual([[['text']], 2]);
    await stop();
    expect(client.copy.destroy).toHaveBeenCalled();
  });

  it('tells when its connection for messages has given up', async () => {
    const client = new FakeNodeRedis();
    const down = vi.fn();
    await connectionOf(client).subscribe('c', vi.fn(), vi.fn(), down);
    await connectionOf(client).subscribe('c', vi.fn(), vi.fn());
    client.copy.emit('error', new Error('network'));
    expect(down).not.toHaveBeenCalled();
    client.copy.isOpen = false;
    client.copy.emit('error', new Error('network'));
    expect(down).toHaveBeenCalledOnce();
  });

  it('closes its connection when the server refuses, by whichever method it has', async () => {
    const client = new FakeNodeRedis();
    Object.assign(client.copy, { destroy: undefined });
    client.copy.subscribe.mockRejectedValue(new Error('NOPERM'));
    await expect(connectionOf(client).subscribe('c', vi.fn(), vi.fn())).rejects.toThrow('NOPERM');
    expect(client.copy.disconnect).toHaveBeenCalled();
  });

  it('ends a subscription that does not come about', async () => {
    const client = new FakeNodeRedis();
    client.copy.connect.mockReturnValue(new Promise(() => {}));
    const connection = connectionOf(client);
    connection.end?.();
    void connection.subscribe('c', vi.fn(), vi.fn());
    connection.end?.();
    expect(client.copy.destroy).toHaveBeenCalledOnce();
    Object.assign(client.copy, { destroy: undefined });
    client.copy.disconnect.mockRejectedValue(new Error('closed'));
    connection.end?.();
    expect(client.copy.disconnect).toHaveBeenCalledOnce();
    const failing = new FakeNodeRedis();
    failing.copy.connect.mockRejectedValue(new Error('network'));
    failing.copy.destroy.mockImplementation(() => {
      throw new Error('closed');
    });
    await expect(connectionOf(failing).subscribe('c', vi.fn(), vi.fn())).rejects.toThrow('network');
  });

  it('of a cluster sends to the node of the key', async () => {
    const client = Object.assign(new FakeNodeRedis(), { masters: [] });
    const command = ['EVALSHA', 'sha', '3', 'key'];
    expect(await connectionOf(client).send(command)).toEqual(['key', false, command]);
  });
});

describe('valkey-glide', () => {
  it('sends by customCommand, and subscribes on a client made like it', async () => {
    const made: object[] = [];
    class FakeGlide {
      readonly config = { addresses: [] };
      readonly close = vi.fn();
      async customCommand(args: string[]): Promise<unknown> {
        return args;
      }
      static async createClient(config: object): Promise<FakeGlide> {
        made.push(config);
        return new FakeGlide();
      }
    }
    const connection = connectionOf(new FakeGlide());
    expect(await connection.send(['TIME'])).toEqual(['TIME']);
    const [message, up] = [vi.fn(), vi.fn()];
    const stop = await connection.subscribe('c', message, up);
    const [config] = made as [
      { pubsubSubscriptions: { channelsAndPatterns: object; callback(message: object): void } },
    ];
    config.pubsubSubscriptions.callback({ message: 'text' });
    expect([message.mock.calls, up.mock.calls.length]).toEqual([[['text']], 1]);
    expect(config.pubsubSubscriptions.channelsAndPatterns).toEqual({ 0: new Set(['c']) });
    await stop();
  });
});

const ofBun = { send() {}, subscribe() {}, duplicate() {} };
const sentinel = { sendCommand() {}, duplicate() {}, on() {}, getSentinelNode() {} };

it.each([undefined, null, 5, 'redis://', {}, { send() {} }, ofBun, sentinel])(
  'refuses %o, naming what it knows',
  (client) => {
    expect(() => connectionOf(client as never)).toThrow(TypeError);
    expect(() => connectionOf(client as never)).toThrow(/ioredis.*sendCommand.*customCommand.*RedisConnection/);
  },
);
