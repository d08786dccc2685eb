import type { Exchange } from '../exchange.ts';

/** Every answer of a registry says so. */
export const registryHeaders = { 'docker-distribution-api-version': 'registry/2.0' } as const;

/** The error codes of OCI's distribution-spec, and TAG_INVALID and TOOMANYREQUESTS, which ECR has besides. */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'INTERNAL_ERROR'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'PAGINATION_NUMBER_INVALID'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'TOOMANYREQUESTS'
  | 'UNAUTHORIZED'
  | 'UNSUPPORTED';

/** Answers with one error in the form of distribution-spec, section "Error Codes". */
export function refuse(
  exchange: Exchange,
  status: number,
  code: ErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify({ errors: [{ code, message }] });
  exchange.answer(status, { ...registryHeaders, 'content-type': 'application/json', ...headers }, body);
}
