import type { RedisConnection } from '@valvekit/redis';

/** A connection that answers as a test tells it to. */
export class Scripted implements RedisConnection {
  readonly commands: (readonly string[])[] = [];
  /** What each command is answered with. */
  answer: (command: readonly string[]) => unknown = () => [];
  message: (text: string) => void = () => {};
  up: () => void = () => {};
  isSubscribed = false;

  async send(command: readonly string[]): Promise<unknown> {
    this.commands.push(command);
    return this.answer(command);
  }

  async subscribe(channel: string, message: (text: string) => void, up: () => void): Promise<() => Promise<void>> {
    this.commands.push(['SUBSCRIBE', channel]);
    const refusal = this.answer(['SUBSCRIBE', channel]);
    if (refusal instanceof Error) throw refusal;
    this.message = message;
    this.up = up;
    this.isSubscribed = true;
    return async () => {
      this.isSubscribed = false;
    };
  }
}
