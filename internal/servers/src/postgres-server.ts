import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { type Engine, engines, runsAs } from './postgres-engines.ts';
import { began, ended } from './running.ts';

/** The database of the tests. */
export const DATABASE = 'app';

/** Who may do what, as the docs tell operators to set it up. */
export const roles: {
  /** May do everything. */
  readonly operator: string;
  /** Installs the schema, and owns it. */
  readonly owner: string;
  /** Uses locks: USAGE of the schema and EXECUTE of its functions. */
  readonly runtime: string;
} = { operator: 'operator', owner: 'owner', runtime: 'locks' };

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '32MB',
  // What the system has in memory outlives the end of a process.
  fsync: 'off',
};

/** A server of a test's own: on loopback, with its data in a temporary folder, and never as root. */
export class PostgresServer {
  readonly engine: Engine;
  readonly port: number;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'valvekit-postgres-'));
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined = undefined;

  private constructor(engine: Engine, port: number, settings: Record<string, string>) {
    this.engine = engine;
    this.port = port;
    this.#settings = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
  }

  /** Starts one that has the database and the roles. */
  static async start(
    engine: Engine | undefined = engines[0],
    settings: Record<string, string> = {},
  ): Promise<PostgresServer> {
    if (engine === undefined) throw new Error('There is no PostgreSQL to start');
    const server = new PostgresServer(engine, await freePort(), settings);
    began(server);
    server.#initialize();
    await server.run();
    await server.query('postgres', `create role ${roles.owner} login`, `create role ${roles.runtime} login`);
    await server.query('postgres', `create database ${DATABASE} owner ${roles.owner}`);
    return server;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts it again, on the same port and data. */
  async run(): Promise<void> {
    const args = ['-D', this.#data, '-p', String(this.port), ...this.#settings];
    const child = spawn(join(this.engine.bin, 'postgres'), args, { stdio: 'ignore', ...runsAs });
    this.#process = child;
    for (let tries = 0; tries < 800; tries++) {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
      if (
        await this.query('postgres').then(
          () => true,
          () => false,
        )
      )
        return;
      await new Promise((resolve) => void setTimeout(resolve, 25));
    }
    throw new Error('postgres did not start');
  }

  /** Runs statements as the operator. */
  async query(database: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
    const client = new Client({ ...this.address(roles.operator), database });
    client.on('error', () => {});
    await client.connect();
    try {
      let rows: Record<string, unknown>[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  }

  /** How a role reaches it. */
  address(user: string = roles.runtime): { host: string; port: number; user: string; database: string } {
    return { host: '127.0.0.1', port: this.port, user, database: DATABASE };
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Stops or continues all its processes. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const children = spawnSync('pgrep', ['-P', String(this.pid)], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean);
    for (const pid of [String(this.pid), ...children]) process.kill(Number(pid), signal);
  }

  /** Ends it, and keeps its data: at once as in a crash by default. */
  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGKILL' = 'SIGQUIT'): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** Ends it, and removes its data. */
  async stop(): Promise<void> {
    await this.end();
    this.clear();
    ended(this);
  }

  /** Ends it without waiting, and removes its data. */
  clear(): void {
    this.#process?.kill('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  #initialize(): void {
    if (runsAs.uid !== undefined) chownSync(this.#folder, runsAs.uid, runsAs.gid ?? runsAs.uid);
    const args = ['-D', this.#data, '-U', roles.operator, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
    const { status, stderr } = spawnSync(join(this.engine.bin, 'initdb'), args, { encoding: 'utf8', ...runsAs });
    if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  }
}
