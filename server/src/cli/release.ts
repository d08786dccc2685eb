import { UsageError } from './usage.ts';

/** `waybill release init|push`: a new release from nothing, and a release into the vendor portal. */
export async function run(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  switch (verb) {
    case 'init':
      return (await import('./release/init.ts')).initRelease(rest);
    case 'push':
      return (await import('./release/push.ts')).pushRelease(rest);
    default:
      throw new UsageError(
        `waybill release wants init or push${verb === undefined ? '' : `, not "${verb}"`}.`,
      );
  }
}
