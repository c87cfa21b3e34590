import { expect, it } from 'vitest';
import { piecesOf } from '../../playground/view/pieces.ts';

function keywordsOf(code: string): string[] {
  return piecesOf(code).flatMap(({ text, name }) => (name === 'keyword' ? text : []));
}

it('colors "from" where it is a keyword', () => {
  expect(keywordsOf("import { Mutex } from 'valvekit';")).toEqual(['import', 'from']);
  expect(keywordsOf('const [from, to = from] = keys;')).toEqual(['const']);
});
