import { Semaphore } from '@valvekit/semaphore';
import { lockLaws } from '@valvekit-internal/laws/line/lock-laws';
import { semaphoreUnderTest } from '@valvekit-internal/laws/line/lock-under-test';

lockLaws('Semaphore of one permit', () => semaphoreUnderTest(new Semaphore()));
lockLaws('Semaphore of five, taken by threes', () => semaphoreUnderTest(new Semaphore(5), 3));
