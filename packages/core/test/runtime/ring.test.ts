import { expect, it } from 'vitest';
import { append, isAlone, Link, unlink } from '../../src/runtime/ring.ts';

function members(ring: Link): Link[] {
  const found: Link[] = [];
  for (let link = ring.next; link !== ring; link = link.next) found.push(link);
  const backwards: Link[] = [];
  for (let link = ring.previous; link !== ring; link = link.previous) backwards.unshift(link);
  expect(backwards).toEqual(found);
  return found;
}

it('a new link is alone', () => {
  const link = new Link();
  expect(isAlone(link)).toBe(true);
  expect(members(link)).toEqual([]);
});

it('a ring keeps its members in the order they joined', () => {
  const ring = new Link();
  const links = [0, 1, 2, 3].map(() => new Link());
  for (const link of links) append(ring, link);
  expect(members(ring)).toEqual(links);
  expect([ring, ...links].some(isAlone)).toBe(false);
});

it.each([
  ['first', 0],
  ['middle', 1],
  ['last', 2],
])('the %s can leave, and then points at nothing of the ring', (_, index) => {
  const ring = new Link();
  const links = [0, 1, 2].map(() => new Link());
  for (const link of links) append(ring, link);
  const leaver = links[index] as Link;
  unlink(leaver);
  expect(isAlone(leaver)).toBe(true);
  expect(leaver.previous).toBe(leaver);
  expect(members(ring)).toEqual(links.filter((link) => link !== leaver));
  unlink(leaver);
  expect(members(ring)).toHaveLength(2);
});

it('a ring is alone again when all have left, and a link that has left can join again', () => {
  const ring = new Link();
  const link = new Link();
  append(ring, link);
  unlink(link);
  expect(isAlone(ring)).toBe(true);
  append(ring, link);
  expect(members(ring)).toEqual([link]);
});
