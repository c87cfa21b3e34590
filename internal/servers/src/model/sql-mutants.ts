import type { Mutant } from './mutant.ts';

/** Faults of the SQL functions. Some undo what a pool of connections needs, others what fenced transactions need. */
export const sqlMutants: readonly Mutant[] = [
  { name: 'clients do not check the deadline of a grant', protocol: { checksDeadline: false }, budget: { ticks: 4 } },
  {
    name: 'the usual case does not look at the line',
    swap: ['where key = k and waiting = 0 and capacity = size', 'where key = k and capacity = size'],
    protocol: { capacity: 3, permits: [1, 3, 1] },
    budget: {},
  },
  {
    name: 'the usual case does not look at the permits',
    swap: ['and used + words[2]::bigint <= size and t >= seen', 'and t >= seen'],
    budget: {},
  },
  {
    name: 'the usual case does not look at what has ended',
    swap: ['        where not exists (select from "valvekit".ended where key = k and id = words[1])\n', ''],
    budget: { leaves: 1 },
  },
  {
    name: 'the usual case counts a repeated request twice',
    swap: ['      update "valvekit".lock set used = used - words[2]::bigint where key = k;\n', ''],
    protocol: { capacity: 3, permits: [1, 1] },
    budget: { duplicates: 1 },
  },
  {
    name: 'a repeated request does not find its hold',
    swap: [
      'select * into h from "valvekit".hold where key = k and id = words[n];',
      'select * into h from "valvekit".hold where false;',
    ],
    budget: { duplicates: 1, calls: 2 },
  },
  {
    name: 'a request that arrives after its release is granted',
    swap: ['elsif found or exists (select from "valvekit".ended where key = k and id = words[n])', 'elsif found'],
    budget: { leaves: 1 },
  },
  {
    name: 'the end of a request is not remembered',
    swap: ["if words[n + 1] = '1' then", 'if false then'],
    budget: { leaves: 1 },
  },
  {
    name: 'a release of what is not held frees a permit',
    swap: ['        known := found;', '        known := found; if not found then l.used := l.used - 1; end if;'],
    budget: { leaves: 1, ticks: 1 },
  },
  {
    name: 'a release forgets the line',
    swap: ['  l := "valvekit".drain_v1(l, t, false);\n', ''],
    budget: {},
  },
  {
    name: 'the usual release does not look at the line',
    swap: [
      'where key = k and waiting = 0 and t >= seen and t < soonest',
      'where key = k and t >= seen and t < soonest',
    ],
    budget: {},
  },
  {
    name: 'a release forgets the permits',
    swap: ['l.used := l.used - freed;', ''],
    budget: {},
  },
  { name: 'holds never end', swap: ['released or until <= t) and', 'released) and'], budget: { crashes: 1 } },
  {
    name: 'a hold whose time is over keeps its permits',
    swap: ['l.used := l.used - h.permits;\n      if not h.released', 'if not h.released'],
    budget: { crashes: 1, ticks: 4 },
  },
  {
    name: 'clients are told a time that is longer than booked',
    swap: ["|| t + lasts || ' ' || lasts || ' ' || l.key", "|| t + lasts + 1000000 || ' ' || lasts || ' ' || l.key"],
    budget: { ticks: 3, repeats: 1 },
  },
  {
    name: 'the line does not look at the permits',
    swap: ['elsif l.used + w.permits > l.capacity then', 'elsif false then'],
    protocol: { capacity: 3, permits: [2, 2] },
    budget: { repeats: 1 },
  },
  {
    name: 'the line does not go by places',
    swap: ['order by priority desc, place, id\n', 'order by priority desc, place desc, id\n'],
    protocol: { permits: [1, 1, 1] },
    budget: {},
  },
  {
    name: 'newcomers overtake the line',
    swap: ['and not (l.waiting > 0 and exists (', 'and not (false and exists ('],
    protocol: { capacity: 3, permits: [1, 3, 1] },
    budget: {},
  },
  {
    name: 'tokens do not go by the clock',
    swap: ['greatest(l.last + 1, t)', 'l.last + 1'],
    budget: { calls: 2, restarts: 1 },
  },
  {
    name: 'tokens do not remember the last one',
    swap: ['greatest(l.last + 1, t)', 't'],
    budget: {},
  },
  {
    name: 'a waiter that leaves is remembered',
    swap: [
      'delete from "valvekit".waiter where key = k and id = words[n];',
      'perform from "valvekit".waiter where key = k and id = words[n];',
    ],
    budget: { leaves: 1 },
  },
  {
    name: 'waiters are not counted',
    swap: ['l.waiting := l.waiting + 1;', ''],
    budget: {},
  },
  {
    name: 'a renewal of what was taken is confirmed',
    swap: [
      'answer := answer || \' 0\';\n    end if;\n  end loop;\n  l := "valvekit".expire_v1',
      'answer := answer || \' 1\';\n    end if;\n  end loop;\n  l := "valvekit".expire_v1',
    ],
    budget: { renewals: 1, ticks: 3 },
  },
  {
    name: 'a grant from the line is not booked',
    swap: [
      '        l := b.l;\n        perform',
      '        delete from "valvekit".hold where key = l.key and id = w.id;\n        perform',
    ],
    budget: { calls: 2 },
  },
  {
    name: 'a dead waiter is granted the lock',
    swap: ['if w.alive <= t or (w.counted and "valvekit".is_gone_v1(w.client)) then', 'if w.alive <= t then'],
    budget: { crashes: 1 },
    protocol: { permits: [1, 1, 1] },
  },
  {
    name: 'a hold ends although a fenced transaction is open',
    swap: [
      "(lowered > 0 or released or until <= t) and id <> all (string_to_array(current_setting('model.fenced'), ','))",
      '(lowered > 0 or released or until <= t)',
    ],
    budget: { ticks: 4, fences: 1 },
  },
  {
    name: 'a downgrade lets others in although a fenced transaction is open',
    swap: ['(lowered > 0 or released or until <= t) and', 'lowered > 0 or (released or until <= t) and'],
    protocol: { capacity: 3, permits: [3, 1] },
    budget: { fences: 1, downgrades: 1 },
  },
  {
    name: 'a downgrade forgets the permits',
    swap: ['l.used := l.used + h.lowered - h.permits;', ''],
    protocol: { capacity: 3, permits: [3, 1] },
    budget: { downgrades: 1 },
  },
  {
    name: 'a hold is released although a fenced transaction is open',
    swap: ["id = words[1] and id <> all (string_to_array(current_setting('model.fenced'), ','))", 'id = words[1]'],
    budget: { fences: 1 },
  },
];
