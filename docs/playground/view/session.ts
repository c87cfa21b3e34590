import {
  type ComputedRef,
  computed,
  onBeforeUnmount,
  onMounted,
  type Ref,
  ref,
  type ShallowRef,
  shallowRef,
} from 'vue';
import { fromAddress, toAddress } from '../engine/address.ts';
import { programOf } from '../engine/program.ts';
import { LONGEST_TIME, nextEvent, type Recording, record } from '../engine/recording.ts';
import { insert, type Scenario, type Step } from '../engine/scenario.ts';
import type { Kind, Story } from '../engine/story.ts';

/** A step without a time: it happens now. */
export type Doing<S = Step> = S extends Step ? Omit<S, 'at'> : never;

/** A recording that a visitor watches, changes and shares. */
export interface Session {
  story: ShallowRef<Story>;
  scenario: ShallowRef<Scenario>;
  /** Of the whole scenario; missing until the first one is made. */
  recording: ShallowRef<Recording | undefined>;
  program: ComputedRef<string>;
  /** What is shown of the recording. */
  now: Ref<number>;
  isPlaying: Ref<boolean>;
  /** Whether an action of the visitor is still in progress. */
  isBusy: Ref<boolean>;
  isOver: ComputedRef<boolean>;
  speed: Ref<number>;
  play(): void;
  pause(): void;
  step(): void;
  seek(time: number): void;
  /** Starts another story. */
  choose(story: Story): Promise<void>;
  /** Plays the same scenario with or without its lock. */
  setWithout(without: boolean): Promise<void>;
  /** Starts the story again, with nobody in it. */
  clear(): Promise<void>;
  do(step: Doing): Promise<void>;
  /** Changes the scenario, and shows the same time of it. */
  edit(change: (scenario: Scenario) => void): Promise<void>;
  /** Makes a holder return or throw now. */
  end(name: string, how: 'return' | 'throw'): Promise<void>;
  link(): string;
}

// With reduced motion, time passes in steps instead of smoothly.
const STRIDE = 500;
const PREFIX = '#play=';

function isStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** @param isShared - whether the address of the page contains the scenario */
export function useSession(kind: Kind, isShared: boolean): Session {
  const [first] = kind.stories;
  const story = shallowRef<Story>(first);
  const scenario = shallowRef(scenarioOf(first));
  const recording = shallowRef<Recording>();
  const now = ref(0);
  const isPlaying = ref(false);
  const isBusy = ref(true);
  const speed = ref(1);
  const end = computed(() => recording.value?.end ?? 0);
  const isOver = computed(() => recording.value !== undefined && now.value >= end.value);
  let position = 0;
  let lastFrame = 0;

  function link(): string {
    const { origin, pathname, search } = location;
    return origin + pathname + search + PREFIX + toAddress(scenario.value);
  }

  /** Records a scenario and shows this time of it, unless another one has been asked for in the meantime. */
  async function show(next: Scenario, time: number): Promise<void> {
    isBusy.value = true;
    story.value = kind.stories.find(({ id }) => id === next.story) ?? first;
    scenario.value = next;
    const made = await record(story.value, next);
    if (scenario.value !== next) return;
    recording.value = made;
    now.value = time === Number.POSITIVE_INFINITY ? made.end : time;
    isBusy.value = false;
  }

  /** Shows a scenario from its start, or, if nothing should move, as a whole. */
  async function open(next: Scenario): Promise<void> {
    pause();
    await show(next, isStill() ? Number.POSITIVE_INFINITY : 0);
    if (!isStill()) play();
  }

  async function edit(change: (scenario: Scenario) => void): Promise<void> {
    const next = structuredClone(scenario.value);
    change(next);
    await show(next, now.value);
    if (isShared) history.replaceState(history.state, '', link());
  }

  function frame(time: number): void {
    if (!isPlaying.value) return;
    // A tab that was in the background continues where it was.
    position += Math.min(time - lastFrame, 100) * speed.value;
    lastFrame = time;
    if (position - now.value >= (isStill() ? STRIDE : 1)) now.value = Math.min(Math.round(position), end.value);
    if (isOver.value) pause();
    else requestAnimationFrame(frame);
  }

  function play(): void {
    if (isPlaying.value) return;
    if (isOver.value) now.value = 0;
    isPlaying.value = true;
    lastFrame = performance.now();
    position = now.value;
    requestAnimationFrame(frame);
  }

  function pause(): void {
    isPlaying.value = false;
  }

  async function showAddress(): Promise<boolean> {
    if (!location.hash.startsWith(PREFIX)) return false;
    const next = fromAddress(location.hash.slice(PREFIX.length));
    if (next === undefined || !kind.stories.some(({ id }) => id === next.story)) return false;
    await open(next);
    return true;
  }

  const onAddress = (): void => void showAddress();

  onMounted(async () => {
    if (isShared) addEventListener('hashchange', onAddress);
    if (!isShared || !(await showAddress())) await open(scenario.value);
  });
  onBeforeUnmount(() => {
    pause();
    if (isShared) removeEventListener('hashchange', onAddress);
  });

  return {
    story,
    scenario,
    recording,
    program: computed(() => programOf(story.value, scenario.value)),
    now,
    isPlaying,
    isBusy,
    isOver,
    speed,
    play,
    pause,
    link,
    step() {
      pause();
      if (recording.value) now.value = Math.min(nextEvent(recording.value, now.value) ?? end.value, LONGEST_TIME);
    },
    seek(time) {
      pause();
      now.value = time;
    },
    choose: (next) => open({ ...scenarioOf(next), ...(scenario.value.without && { without: true }) }),
    setWithout(without) {
      const { without: _, ...rest } = scenario.value;
      return open(without ? { ...rest, without } : rest);
    },
    async clear() {
      pause();
      await show({ ...scenario.value, steps: [] }, 0);
    },
    edit,
    do: (step) => edit((next) => insert(next, { ...step, at: now.value } as Step)),
    async end(name, how) {
      const span = recording.value?.actors
        .find((actor) => actor.name === name)
        ?.spans.find(({ from, to }) => from <= now.value && now.value < to);
      if (span === undefined) return;
      await edit(({ steps }) => {
        const ask = steps.find((step) => 'ask' in step && step.ask === name);
        if (ask === undefined || !('ask' in ask)) return;
        if (how === 'throw') ask.throws = true;
        if (how === 'throw' && span.phase !== 'writes') delete ask.writes;
        if (span.phase === 'writes' && ask.writes !== undefined) ask.writes = now.value - span.from;
        else ask.hold = now.value - span.from;
      });
    },
  };
}

function scenarioOf(story: Story): Scenario {
  return { ...structuredClone(story.scenario), story: story.id };
}
