import { canonicalHost, ecrHost } from '../../core/image/hosts.ts';
import { UsageError } from '../usage.ts';

/**
 * Where private images live, as a command line names it: `HOST` or `HOST/PREFIX`.
 * @throws UsageError for a host that is no private registry of Amazon ECR
 */
export function homeOf(given: string): { readonly host: string; readonly prefix: string } {
  const [host = '', ...prefix] = given.replace(/\/+$/, '').split('/');
  if (ecrHost(host) === null)
    throw new UsageError(
      `"${host}" is no private registry of Amazon ECR, such as 123456789012.dkr.ecr.us-east-2.amazonaws.com.`,
    );
  return { host, prefix: prefix.join('/') };
}

/** The host that a command line names, which people also write as a URL. @throws UsageError where it is none of Amazon ECR */
export function hostOf(given: string): string {
  const host = canonicalHost(given.replace(/^https?:\/\//, '').replace(/\/.*$/, ''));
  if (ecrHost(host) === null)
    throw new UsageError(
      `${host} is not a registry host of Amazon ECR, such as 429114214526.dkr.ecr.us-east-2.amazonaws.com.`,
    );
  return host;
}
