// Its types cannot be found from its exports.
declare module 'redlock' {
  interface Lock {
    readonly expiration: number;
    release(): Promise<unknown>;
  }

  export default class Redlock {
    constructor(clients: readonly object[], settings: object);
    acquire(names: string[], ms: number): Promise<Lock>;
    using<T>(names: string[], ms: number, fn: (signal: AbortSignal) => Promise<T>): Promise<T>;
  }
}
