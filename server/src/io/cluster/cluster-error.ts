/** A cluster could not be asked; the message is a sentence for people that says what to do, without secrets. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
}
