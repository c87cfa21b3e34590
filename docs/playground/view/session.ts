import { onBeforeUnmount, onMounted, type Ref, ref, type ShallowRef, shallowRef, triggerRef } from 'vue';
import { fromAddress, toAddress } from '../engine/address.ts';
import type { Kind } from '../engine/kind.ts';
import { Run } from '../engine/run.ts';
import type { Scenario, Step } from '../engine/scenario.ts';

/** A step without a time: it happens now. */
export type Doing<S = Step> = S extends Step ? Omit<S, 'at'> : never;

/** A run that a visitor watches, controls and shares. */
export interface Session {
  /** Triggered whenever something in the run may have changed. So pass on the session, not the run. */
  run: ShallowRef<Run>;
  program: Ref<string>;
  isPlaying: Ref<boolean>;
  /** Whether an action of the visitor is still in progress. */
  isBusy: Ref<boolean>;
  speed: Ref<number>;
  play(): void;
  pause(): void;
  step(): Promise<void>;
  restart(): Promise<void>;
  /** Starts another scenario, and lets its time pass. */
  show(scenario: Scenario): Promise<void>;
  do(step: Doing): Promise<void>;
  end(name: string, how: 'return' | 'throw'): Promise<void>;
  link(): string;
}

const LONGEST_TIME = 600_000;
// With reduced motion, time passes in steps instead of smoothly.
const STRIDE = 500;
const PREFIX = '#play=';

/**
 * @param isShared - whether the address of the page contains the scenario
 * @param onAddress - called after another scenario was loaded from the address
 */
export function useSession(kind: Kind, first: Scenario, isShared: boolean, onAddress: () => void): Session {
  const run = shallowRef(new Run(kind, structuredClone({ ...first, time: 0, steps: [] })));
  const program = ref(kind.program(first));
  const isPlaying = ref(false);
  const isBusy = ref(false);
  const speed = ref(1);
  let position = 0;
  let lastFrame = 0;

  function refresh(): void {
    position = run.value.now;
    triggerRef(run);
  }

  /** Updates the program and the address to the current scenario. */
  function publish(): void {
    program.value = kind.program(run.value.scenario);
    if (isShared) history.replaceState(history.state, '', link());
  }

  function link(): string {
    const { origin, pathname, search } = location;
    return origin + pathname + search + PREFIX + toAddress(run.value.scenario);
  }

  async function begin(scenario: Scenario): Promise<void> {
    const next = new Run(kind, structuredClone(scenario));
    await next.passTo(scenario.time);
    run.value = next;
    program.value = kind.program(next.scenario);
    refresh();
  }

  /** Performs an action of the visitor, and publishes the result. */
  async function direct(what: () => Promise<void>): Promise<void> {
    isBusy.value = true;
    await what();
    refresh();
    publish();
    isBusy.value = false;
  }

  async function frame(time: number): Promise<void> {
    if (!isPlaying.value) return;
    // A tab that was in the background continues where it was.
    position += Math.min(time - lastFrame, 100) * speed.value;
    lastFrame = time;
    const stride = matchMedia('(prefers-reduced-motion: reduce)').matches ? STRIDE : 1;
    if (position - run.value.now >= stride) {
      await run.value.passTo(Math.min(position, LONGEST_TIME));
      triggerRef(run);
    }
    if (run.value.now >= LONGEST_TIME) pause();
    requestAnimationFrame(nextFrame);
  }

  const nextFrame = (time: number): void => void frame(time);

  function play(): void {
    if (isPlaying.value) return;
    isPlaying.value = true;
    lastFrame = performance.now();
    position = run.value.now;
    requestAnimationFrame(nextFrame);
  }

  function pause(): void {
    isPlaying.value = false;
    publish();
  }

  function showAddress(): void {
    if (!location.hash.startsWith(PREFIX)) return;
    const scenario = fromAddress(location.hash.slice(PREFIX.length));
    isPlaying.value = false;
    if (scenario === undefined) return;
    void begin(scenario);
    onAddress();
  }

  onMounted(async () => {
    if (isShared) addEventListener('hashchange', showAddress);
    await begin(first);
    if (isShared) showAddress();
  });
  onBeforeUnmount(() => {
    isPlaying.value = false;
    if (isShared) removeEventListener('hashchange', showAddress);
  });

  return {
    run,
    program,
    isPlaying,
    isBusy,
    speed,
    play,
    pause,
    link,
    step() {
      isPlaying.value = false;
      return direct(() => run.value.step());
    },
    restart: () => direct(() => begin({ ...run.value.scenario, time: 0 })),
    show: (scenario) => direct(() => begin(scenario)),
    do: (step) => direct(() => run.value.do({ ...step, at: run.value.now } as Step)),
    end: (name, how) => direct(() => run.value.end(name, how)),
  };
}
