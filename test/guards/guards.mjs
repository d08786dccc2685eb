/**
 * What stands between a hostile release and somebody's credentials. Each guard is a piece of source, what is left when
 * it is taken away, and the test that must fail then (`npm run guards`).
 * @type {readonly { name: string, file: string, take: string, put: string, test: string }[]}
 */
export const guards = [
  {
    name: 'an untrusted workspace is asked nothing',
    file: 'server/src/io/aws/ecr.ts',
    take: "if (!options.trusted()) return none('offline', closed.untrusted);",
    put: '',
    test: 'test/unit/io/ecr-gates.test.ts',
  },
  {
    name: 'an account that nobody registered is asked nothing',
    file: 'server/src/io/aws/ecr.ts',
    take: "if (!options.accounts().has(account)) return none('account-not-registered', notRegistered(account));",
    put: '',
    test: 'test/unit/io/ecr-gates.test.ts',
  },
  {
    name: 'an account is asked after the person agreed',
    file: 'server/src/io/aws/ecr.ts',
    take: 'if (!(await confirmed(account, region, host)))',
    put: 'if (false)',
    test: 'test/unit/io/ecr-gates.test.ts',
  },
  {
    name: 'the whole host of a registry must be one of ECR',
    file: 'server/src/core/image/hosts.ts',
    take: '([a-z0-9.-]{1,60})$/',
    put: '([a-z0-9.-]{1,60})/',
    test: 'test/unit/image/hosts.test.ts',
  },
  {
    name: 'an ECR host ends as its partition does',
    file: 'server/src/core/image/hosts.ts',
    take: 'if (ending !== (dualStack ? dualStackSuffix : dnsSuffix)) return null;',
    put: '',
    test: 'test/unit/image/hosts.test.ts',
  },
  {
    name: 'the router asks nobody while the network is not on',
    file: 'server/src/io/net/router.ts',
    take: "if (network !== 'on')",
    put: "if (network === 'never')",
    test: 'test/unit/io/ecr-gates.test.ts',
  },
  {
    name: 'known secrets are taken out of texts',
    file: 'server/src/io/net/redact.ts',
    take: 'out = out.replaceAll(secret, GONE).replaceAll(encodeURIComponent(secret), GONE);',
    put: '',
    test: 'test/unit/io/net.test.ts',
  },
];
