/**
 * What a platform is when its variant is left out. Source: containerd, platforms.Normalize: arm64 is v8, arm is v7,
 * amd64 is v1.
 */
const impliedVariants: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };

/** `system/architecture[/variant]` without a variant that goes without saying. */
export function normalPlatform(platform: string): string {
  const [system = '', architecture = '', variant = ''] = platform.toLowerCase().split('/');
  const kept = variant === '' || variant === impliedVariants[architecture] ? [] : [variant];
  return [system, architecture, ...kept].join('/');
}

/** The wanted platforms that an image is not there for, as they were written. */
export function missingPlatforms(wanted: readonly string[], has: readonly string[]): string[] {
  const there = new Set(has.map(normalPlatform));
  return wanted.filter((platform) => !there.has(normalPlatform(platform)));
}
