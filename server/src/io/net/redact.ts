const GONE = '[redacted]';

/**
 * What secrets look like where they stand in texts. Every pattern is linear: no repetition inside a repetition,
 * and each one ends at a character that cannot belong to it.
 */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g, GONE],
  // The whole value of a header that carries credentials, whatever its scheme; SigV4's commas and spaces too.
  [
    /\b((?:proxy-)?authorization|x-amz-security-token|cookie|set-cookie)(["']?\s*[:=]\s*)[^\r\n]+/gi,
    `$1$2${GONE}`,
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${GONE}`],
  [/\b(X-Amz-(?:Signature|Credential|Security-Token))=[^&\s"'<>]+/gi, `$1=${GONE}`],
  [/\b(Signature|Credential)=[^,&\s"'<>]+/g, `$1=${GONE}`],
  // user:password@ in a URL
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'<>]+@/gi, `$1${GONE}@`],
  // IAM's unique identifiers of keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  [/\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b/g, GONE],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, GONE],
  [/\b(?:gh[pousr]_|github_pat_|npm_|glpat-|xox[abprs]-)[\w-]{10,}/g, GONE],
  [/(--password|--token)(\s+|=)(?!\[redacted\])\S+/g, `$1$2${GONE}`],
  [
    // Behind a slash it is a part of a repository's name: acme/secret:1.0.0.
    /(?<!\/)\b([\w.-]{0,40}(?:secret|token|password|passwd|passphrase|api[_-]?key|access[_-]?key)[\w.-]{0,20}|auth)(["']?\s*[:=]\s*)(?!\[redacted\])(?:"[^"\r\n]*"?|'[^'\r\n]*'?|[^\s"',;&}]+)/gi,
    `$1$2${GONE}`,
  ],
];

/**
 * The text without anything that looks like a credential, and without the `known` secrets as they stand and as
 * URLs write them. For every text that leaves the process other than to the host a secret was issued for.
 */
export function redact(text: string, known: Iterable<string> = []): string {
  let out = text;
  // Longest first, because one may be part of another. Short ones would tear plain words apart.
  const secrets = [...new Set(known)].filter((secret) => secret.length >= 8);
  for (const secret of secrets.sort((a, b) => b.length - a.length)) {
    out = out.replaceAll(secret, GONE).replaceAll(encodeURIComponent(secret), GONE);
  }
  for (const [pattern, put] of patterns) out = out.replace(pattern, put);
  return out;
}

/** The values of environment variables whose names say that they are secret. */
export function secretsOf(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value &&
    /SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|ACCESS_KEY/i.test(name) &&
    !/_(?:FILE|URL|URI)$/i.test(name)
      ? [value]
      : [],
  );
}
