import { PGlite } from '@electric-sql/pglite';
import type { Books, ModelServer, Reply, Terms } from './model-server.ts';
import type { Command } from './state.ts';
import type { World } from './world.ts';

/** What the functions see of a server: the rows of the tables, as JSON. */
interface SqlWorld extends World {
  rows: Rows;
}

interface Rows {
  readonly lock: readonly { readonly used: number; readonly waiting: number }[];
  readonly hold: readonly HoldRow[];
  readonly waiter: readonly WaiterRow[];
  readonly ended: readonly object[];
}

interface HoldRow {
  readonly id: string;
  readonly permits: number;
  readonly token: number;
  readonly until: number;
  readonly released: boolean;
}

interface WaiterRow {
  readonly id: string;
  readonly place: number;
  readonly permits: number;
  readonly alive: number;
  readonly counted: boolean;
  readonly client: string;
}

// A step puts the rows in, makes a call, and takes the rows out again. What the functions need to know of the world, and
// what they tell it, stands in settings.
const MODEL = `create schema model;
create function model.step(w jsonb, call text) returns jsonb language plpgsql as $body$
declare
  answer text;
begin
  delete from valvekit.lock;
  delete from valvekit.hold;
  delete from valvekit.waiter;
  delete from valvekit.ended;
  insert into valvekit.lock select * from jsonb_populate_recordset(null::valvekit.lock, w -> 'lock');
  insert into valvekit.hold select * from jsonb_populate_recordset(null::valvekit.hold, w -> 'hold');
  insert into valvekit.waiter select * from jsonb_populate_recordset(null::valvekit.waiter, w -> 'waiter');
  insert into valvekit.ended select * from jsonb_populate_recordset(null::valvekit.ended, w -> 'ended');
  perform set_config('model.told', '', true);
  execute 'select ' || call into answer;
  return jsonb_build_object(
    'answer', answer,
    'told', current_setting('model.told'),
    'rows', jsonb_build_object(
      'lock', (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from valvekit.lock r),
      'hold', (select coalesce(jsonb_agg(to_jsonb(r) order by token), '[]') from valvekit.hold r),
      'waiter', (select coalesce(jsonb_agg(to_jsonb(r) order by priority desc, place, id), '[]') from valvekit.waiter r),
      'ended', (select coalesce(jsonb_agg(to_jsonb(r) order by id), '[]') from valvekit.ended r)));
end $body$;
create or replace function valvekit.micros_v1() returns bigint language sql volatile as $body$
  select current_setting('model.now')::bigint
$body$;
create or replace function valvekit.is_gone_v1(client text) returns boolean language sql volatile as $body$
  select client <> all (string_to_array(current_setting('model.listening'), ','))
$body$;
create or replace function valvekit.tell_v1(client text, what text) returns void language sql volatile as $body$
  select set_config('model.told', current_setting('model.told') || client || ' ' || what || chr(10), true)
$body$;
`;

/** A PostgreSQL: the very functions, in one of WebAssembly. It has one session, so what locks of rows do is played. */
export class SqlServer implements ModelServer {
  readonly keepsOrder = false;
  readonly #db: PGlite;
  readonly #settings = new Map<string, string>();
  // Many states differ only in what clients know.
  readonly #known = new Map<string, { readonly answer: string; readonly told: string; readonly rows: Rows }>();
  #steps = 0;

  private constructor(db: PGlite) {
    this.#db = db;
  }

  /** @param text - what install() runs */
  static async start(text: string): Promise<SqlServer> {
    const db = await PGlite.create();
    const server = new SqlServer(db);
    await server.install(text);
    return server;
  }

  /** What is run instead of a text of install(): a fenced transaction keeps the rows of its holds. */
  played(text: string): string {
    return text.replaceAll(
      /(from "valvekit"\.hold\b[^;]*?) for update skip locked/g,
      "$1 and id <> all (string_to_array(current_setting('model.fenced'), ','))",
    );
  }

  /** Begins anew with other functions. */
  async install(text: string): Promise<void> {
    await this.#db.exec(
      `drop schema if exists valvekit cascade; drop schema if exists model cascade; ${this.played(text)} ${MODEL}`,
    );
    this.#known.clear();
  }

  async close(): Promise<void> {
    await this.#db.close();
  }

  newWorld(now: number): World {
    const rows = { lock: [], hold: [], waiter: [], ended: [] };
    return { now, rows, listening: [], published: [], isCluster: false, fenced: [] } as SqlWorld;
  }

  async serve(world: World, command: Command, terms: Terms): Promise<Reply> {
    const mine = world as SqlWorld;
    const { answer, told, rows } = await this.#step(mine, callOf(command, terms, !mine.isCluster));
    mine.rows = rows;
    for (const line of told.split('\n').filter(Boolean)) {
      const [client, is, id, ...rest] = line.split(' ');
      // The key comes last.
      world.published.push([`c:${client}`, [is, id, ...rest.slice(0, -1)].join(' ')]);
    }
    const [now, , how = '', verdict, token, until, length] = answer.split(' ');
    const reply = {
      now: Number(now),
      token: Number(token ?? 0),
      until: Number(until ?? 0),
      length: Number(length ?? 0),
    };
    return { ...reply, verdict: command.op === 'ask' ? (verdict ?? how) : how === '1' ? 'known' : 'unknown' };
  }

  books(world: World): Books {
    const { rows } = world as SqlWorld;
    const line = rows.waiter.map(({ id, place, permits, alive, counted, client }) => {
      return { id, place, permits, alive, isCounted: counted, client: Number(client) };
    });
    const waiters = line.map(({ id }) => id);
    // The number of waiters must be right, too: where it says there are none, nobody looks.
    const [lock] = rows.lock;
    if ((lock?.waiting ?? 0) !== waiters.length) waiters.push(`${lock?.waiting} are counted`);
    const holds = rows.hold.map(({ id, permits, token, until, released }) => {
      return { id, permits, token, ends: until, isReleased: released };
    });
    return { holds, line, used: lock?.used ?? 0, waiters };
  }

  restart(world: World): void {
    (world as SqlWorld).rows = { lock: [], hold: [], waiter: [], ended: [] };
  }

  async #step({ rows, now, listening, fenced }: SqlWorld, call: string) {
    const names = listening.map((channel) => channel.slice(2)).join(',');
    const key = [JSON.stringify(rows), now, names, fenced.join(), call].join('|');
    const known = this.#known.get(key);
    if (known) return known;
    const settings = { 'model.now': String(now), 'model.listening': names, 'model.fenced': fenced.join(',') };
    for (const [name, value] of Object.entries(settings)) await this.#set(name, value);
    const { rows: answers } = await this.#db.query('select model.step($1::text::jsonb, $2) as step', [
      JSON.stringify(rows),
      call,
    ]);
    const { step } = answers[0] as { step: { answer: string; told: string; rows: Rows } };
    this.#known.set(key, step);
    // The rows of former steps are still there for those who look.
    this.#steps++;
    if (this.#steps % 1000 === 0) await this.#db.exec('vacuum');
    return step;
  }

  async #set(name: string, value: string): Promise<void> {
    if (this.#settings.get(name) === value) return;
    this.#settings.set(name, value);
    await this.#db.query('select set_config($1, $2, false)', [name, value]);
  }
}

function callOf(
  { op, client, id, place }: Command,
  { capacity, permits, lease, mayArrive }: Terms,
  counts: boolean,
): string {
  if (op === 'release') return `valvekit.release_v1('k', '${id} ${mayArrive ? 1 : 0}', false)`;
  if (op === 'downgrade') return `valvekit.renew_v1('k', 0, 1, '${id}', false)`;
  if (op === 'renew') return `valvekit.renew_v1('k', ${lease}, 0, '${id}', false)`;
  const request = `${id} ${permits} 0 ${place} 1`;
  return `valvekit.ask_v1('k', ${capacity}, true, ${lease}, 0, 0, '${client}', ${counts}, '', '${request}', false)`;
}
