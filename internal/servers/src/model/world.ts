/** A server: its clock, and who listens. Plain data, so that it can be copied. What it keeps depends on the kind. */
export interface World {
  /** Microseconds. */
  now: number;
  /** Channels that are listened to. */
  listening: string[];
  /** Messages published since the last look. */
  published: [channel: string, text: string][];
  /** Whether messages reach listeners that this node does not count. */
  isCluster: boolean;
  /** Whether it has lost its memory once: then two may hold, but tokens grow. */
  isRestarted?: boolean;
  /** Ids whose holds a fenced transaction keeps. */
  fenced: string[];
}
