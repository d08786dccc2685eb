import type { World } from './world.ts';

/** A token bucket, as AWS describes its throttling of API requests. */
export interface Rate {
  readonly perSecond: number;
  /** How many calls may come at once after a rest. */
  readonly burst: number;
}

/** Takes a call of a region out of its bucket; false where the bucket is empty. */
export type TakeCall = (region: string) => boolean;

export function countRate(world: () => World): TakeCall {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (region) => {
    const { quirks, clock } = world();
    const { rate } = quirks;
    if (rate === null) return true;
    const now = clock();
    const bucket = buckets.get(region) ?? { tokens: rate.burst, at: now };
    buckets.set(region, bucket);
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}
