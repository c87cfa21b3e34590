import { expect, it } from 'vitest';
import { installation } from '../src/sql/install.ts';

it('ships what install() runs as a file', async () => {
  await expect(`${header}${installation('valvekit')}`).toMatchFileSnapshot('../install.sql');
});

const header = `-- Makes or upgrades the schema of @valvekit/postgres, as locks.install() does: one statement, made of src/sql.
-- Another name of the schema: replace "valvekit", with its quotes.
`;
