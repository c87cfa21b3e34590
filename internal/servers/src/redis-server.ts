import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { began, ended } from './running.ts';

const { VALVEKIT_SERVER, VALVEKIT_REDIS_URL } = process.env;
/** What may be on the PATH. */
export const PROGRAMS: readonly string[] =
  VALVEKIT_SERVER === undefined ? ['redis-server', 'valkey-server'] : [VALVEKIT_SERVER];

/** The program that tests start, if it is on the PATH. */
export const program: string | undefined = PROGRAMS.find((name) => {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
});

/** A server that somebody else has started, if there is one and no program. */
export const given: URL | undefined =
  program === undefined && VALVEKIT_REDIS_URL !== undefined ? new URL(VALVEKIT_REDIS_URL) : undefined;

/** A server of a test's own: on loopback, with its data in a temporary folder. */
export class RedisServer {
  readonly port: number;
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'valvekit-redis-'));
  #process: ChildProcess | undefined = undefined;

  private constructor(program: string, port: number, args: readonly string[]) {
    this.#program = program;
    this.port = port;
    this.#args = args;
  }

  /** Starts one. By default it keeps nothing on disk. */
  static async start(args: readonly string[] = ['--save', '', '--appendonly', 'no']): Promise<RedisServer> {
    const server = new RedisServer(program ?? 'redis-server', await freePort(), args);
    began(server);
    await server.run();
    return server;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts it again, on the same port and data. */
  async run(): Promise<void> {
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--loglevel', 'warning'];
    const child = spawn(this.#program, [...place, ...this.#args], { stdio: 'ignore' });
    this.#process = child;
    for (let tries = 0; tries < 400; tries++) {
      if (child.exitCode !== null) throw new Error(`${this.#program} ended with ${child.exitCode}`);
      if ((await ask(this.port, 'PING')).startsWith('+PONG')) return;
      await new Promise((resolve) => void setTimeout(resolve, 25));
    }
    throw new Error(`${this.#program} did not start`);
  }

  /** Sends one command of plain words, and gives the reply as it comes. */
  command(...words: string[]): Promise<string> {
    return ask(this.port, words.join(' '));
  }

  /** A section of INFO. */
  info(section: string): Promise<string> {
    return ask(this.port, `INFO ${section}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Ends the process, and keeps its data. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => void child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  }

  /** Ends the process, and removes its data. */
  async stop(): Promise<void> {
    await this.end('SIGKILL');
    this.clear();
    ended(this);
  }

  /** Ends the process without waiting for it, and removes its data. */
  clear(): void {
    this.#process?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Leads a port on loopback to the server that is given, so that tests need to know no other address. */
export async function leadTo({ hostname, port }: URL): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server: Server = createServer((near) => {
    const far = connect(Number(port || 6379), hostname).setNoDelay();
    near.setNoDelay();
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  const place = await freePort();
  await new Promise<void>((resolve) => void server.listen(place, '127.0.0.1', resolve));
  return { port: place, stop: async () => void server.close() };
}

function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => resolve(''));
    socket.on('connect', () => socket.write(`${command}\r\n`));
    socket.once('data', (data) => {
      resolve(String(data));
      socket.destroy();
    });
  });
}
