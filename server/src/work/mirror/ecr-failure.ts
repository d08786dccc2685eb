import { failureOf } from '../../io/aws/failure.ts';
import { MirrorError } from './model.ts';

/**
 * What a call to ECR threw, as an end of mirroring: `network` where trying later may help, `target` where something has
 * to be done first. A `MirrorError` is given back as it is. The message may hold the service's own words and still
 * needs redaction. Not for what a signal's owner gave as its reason: look at `signal.aborted` first.
 * @param who the registry as sentences name it: `Amazon ECR us-east-2`
 * @param renew how the credentials in use are renewed, as a sentence: `Connection.renew`
 */
export function ecrError(error: unknown, who: string, renew?: string): MirrorError {
  if (error instanceof MirrorError) return error;
  const { status, reason } = failureOf(error, who, renew);
  const later = status === 'throttled' || status === 'unreachable';
  return new MirrorError(later ? 'network' : 'target', reason, { cause: error });
}
