import type { Program } from '../program.ts';

export const asemaphorePrograms: Program[] = [
  { name: 'up and down', primitive: 'asemaphore', requests: {}, extras: ['v 1', 'v 2', 'p a', 'p b', 'p c', 'p d'] },
  {
    name: 'a function that counts up again',
    primitive: 'asemaphore',
    capacity: 1,
    requests: {},
    fire: [['v 1'], ['v 1', 'p x']],
    extras: ['p a', 'p b', 'v 1', 'p c'],
  },
  {
    name: 'a function that counts to zero again, and throws',
    primitive: 'asemaphore',
    capacity: 1,
    requests: {},
    fire: [['v 1', 'p x', 'throw'], ['throw'], ['over', 'throw']],
    extras: ['p a', 'v 1', 'p b', 'over'],
  },
];
