import { mkdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runServer } from 'verdaccio';

/** An npm registry on loopback, without uplinks. It runs in this process, and ends with it. */
export class Registry {
  readonly url: string;
  /** The environment for its clients: as on a clean machine, with nothing configured except this registry. */
  readonly env: NodeJS.ProcessEnv;
  /** The same as a file, for clients that ignore the environment. */
  readonly npmrc: string;
  readonly #server: Server;

  private constructor(server: Server, home: string) {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.url = `http://127.0.0.1:${port}/`;
    // Anyone may publish, but the package managers still require a token.
    this.npmrc = `registry=${this.url}\n//127.0.0.1:${port}/:_authToken=anyone\naudit=false\nfund=false\n`;
    this.env = { ...unconfigured(process.env), HOME: home, USERPROFILE: home, CI: 'true', NO_COLOR: '1' };
    mkdirSync(home);
    writeFileSync(join(home, '.npmrc'), this.npmrc);
  }

  static async start(folder: string): Promise<Registry> {
    const app = await runServer({
      configPath: join(folder, 'config.yaml'),
      self_path: folder,
      storage: join(folder, 'storage'),
      web: { enable: false },
      auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: -1 } },
      uplinks: {},
      packages: { '**': { access: '$all', publish: '$anonymous' } },
      middlewares: {},
      log: { type: 'stdout', format: 'pretty', level: 'error' },
    });
    const server = await new Promise<Server>((resolve) => {
      const listening: Server = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
    return new Registry(server, join(folder, 'home'));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

// The package manager that runs this script passes its settings and paths to its child processes.
function unconfigured(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(p?npm_|bun_|xdg_|node_path$)/i.test(name)));
}
