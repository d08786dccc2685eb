import { UsageError } from './usage.ts';

/**
 * AWS account → profile, from values of `--aws-profile`.
 * @throws UsageError for one that is not ACCOUNT=PROFILE
 */
export function profilesIn(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, account, profile] = /^(\d{12})=(.+)$/.exec(text) ?? [];
      if (account === undefined || profile === undefined)
        throw new UsageError(`--aws-profile wants ACCOUNT=PROFILE, such as 429114214526=dev, not "${text}".`);
      return [account, profile];
    }),
  );
}
