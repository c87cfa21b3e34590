import { Mutex } from '@valvekit/mutex';
import { lockLaws } from '@valvekit-internal/laws/line/lock-laws';
import { mutexUnderTest } from '@valvekit-internal/laws/line/lock-under-test';

lockLaws('Mutex', () => mutexUnderTest(new Mutex()));
