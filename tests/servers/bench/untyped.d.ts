// Its types cannot be found from its exports.
declare module 'redlock' {
  export default class Redlock {
    constructor(clients: readonly object[], settings: object);
    acquire(names: string[], ms: number): Promise<{ release(): Promise<unknown> }>;
  }
}
