import { Mutex } from '@valvekit/mutex';
import { lockLaws } from '@valvekit-internal/laws/lock-laws';
import { mutexUnderTest } from '@valvekit-internal/laws/lock-under-test';

lockLaws('Mutex', () => mutexUnderTest(new Mutex()));
