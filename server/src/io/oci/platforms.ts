import type { ImageContent, Learnt } from '../../core/knowledge/knowledge.ts';
import { errorsOf, jsonOf, OddAnswerError } from './errors.ts';
import { failureOfAnswer } from './failure.ts';
import type { Asking } from './images.ts';
import { digestOf, MAX_CONFIG, platformOf, platformsOfManifest } from './media.ts';

/**
 * The platforms of an image: those that its index names, or the one that its configuration names. What was read must
 * have the digest that was asked for.
 * @throws what asking throws.
 */
export async function askPlatforms(
  { host, repository, client, headOnly, signal, now }: Asking,
  image: ImageContent,
): Promise<Learnt<readonly string[]>> {
  if (headOnly)
    return {
      value: null,
      reason: `${host} counts it as a pull when a manifest is read, so Waybill does not ask it for platforms.`,
      checkedAt: null,
    };
  const none = (reason: string): Learnt<readonly string[]> => ({ value: null, reason, checkedAt: now() });
  const manifest = await client.getManifest(repository, image.digest, signal);
  if (manifest.status === 404 && errorsOf(manifest).length > 0)
    return none(`${host} does not have ${image.digest} any more.`);
  if (manifest.status !== 200) return none(failureOfAnswer(manifest, host).reason);
  if (digestOf(manifest.bytes) !== image.digest) throw new OddAnswerError(200);
  const found = platformsOfManifest(jsonOf(manifest.bytes));
  if (found === null) return none(`The manifest at ${host} says nothing of platforms.`);
  if (found.kind === 'index') return { value: found.platforms, reason: '', checkedAt: now() };
  const config = await client.getBlob(repository, found.config, MAX_CONFIG, signal);
  if (config.status !== 200) return none(failureOfAnswer(config, host).reason);
  if (digestOf(config.bytes) !== found.config) throw new OddAnswerError(200);
  const platform = platformOf(jsonOf(config.bytes));
  return platform === null
    ? none(`The image's configuration at ${host} names no platform.`)
    : { value: [platform], reason: '', checkedAt: now() };
}
