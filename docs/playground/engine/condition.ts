import type { Condition } from 'valvekit';

/**
 * Parses a condition: `ready` is that ticket, `ready, failed` either of them, `/^re/` a RegExp, and `!ready` a function
 * that returns true for every other ticket.
 *
 * @throws {SyntaxError} if it is an invalid RegExp
 * @throws {RangeError} if it is empty
 */
export function conditionOf(text: string): Condition<string> {
  const regExp = regExpOf(text);
  if (regExp !== undefined) return regExp;
  const not = /^!(.+)$/.exec(text)?.[1]?.trim();
  if (not !== undefined) return (ticket) => ticket !== not;
  const tickets = ticketsOf(text);
  const [only] = tickets;
  if (only === undefined) throw new RangeError('A condition must name at least one ticket');
  return tickets.length === 1 ? only : tickets;
}

/** The same condition as source code. */
export function conditionCode(text: string): string {
  const regExp = regExpOf(text);
  if (regExp !== undefined) return String(regExp);
  const not = /^!(.+)$/.exec(text)?.[1]?.trim();
  if (not !== undefined) return `(ticket) => ticket !== ${quoted(not)}`;
  const tickets = ticketsOf(text).map(quoted);
  return tickets.length === 1 ? String(tickets[0]) : `[${tickets.join(', ')}]`;
}

/** A string as a literal. */
export function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function regExpOf(text: string): RegExp | undefined {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/.exec(text) ?? [];
  return source === undefined ? undefined : new RegExp(source, flags);
}

function ticketsOf(text: string): string[] {
  return text
    .split(',')
    .map((ticket) => ticket.trim())
    .filter((ticket) => ticket !== '');
}
