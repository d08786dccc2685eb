/**
 * Functions whose outcome is made up anew each time, is asked of a machine or a cluster, or is sent by Replicated's
 * service: a preview shows something that stands still, or says that nobody knows it.
 */
export const deliberate: readonly { readonly functions: readonly string[]; readonly instead: string }[] = [
  {
    functions: ['randAlphaNum', 'randAlpha', 'randAscii', 'randNumeric', 'randBytes'],
    instead: 'a placeholder of the same length',
  },
  {
    functions: ['randInt', 'shuffle', 'uuidv4'],
    instead: 'the smallest number that may come, the text as it is, one identifier of that form',
  },
  { functions: ['bcrypt', 'htpasswd', 'encryptAES'], instead: 'a placeholder for the salt' },
  {
    functions: ['derivePassword'],
    instead: 'a placeholder: scrypt takes 64 MB and most of a second per call',
  },
  {
    functions: [
      'genPrivateKey',
      'buildCustomCert',
      'genCA',
      'genCAWithKey',
      'genSelfSignedCert',
      'genSelfSignedCertWithKey',
      'genSignedCert',
      'genSignedCertWithKey',
    ],
    instead: 'placeholders in PEM; only what is wrong with what they are given is told',
  },
  { functions: ['now', 'ago'], instead: 'the clock of whoever renders' },
  { functions: ['env', 'expandenv', 'getHostByName'], instead: 'neither an environment nor names of hosts' },
  {
    functions: [
      ...['Now', 'NowFmt', 'RandomString', 'RandomBytes', 'KubeSeal'],
      ...['TLSCert', 'TLSKey', 'TLSCACert', 'TLSCertFromCA', 'TLSKeyFromCA'],
    ],
    instead: 'said to be unknown: random, certificates, the clock',
  },
  {
    functions: [
      ...['KubernetesVersion', 'KubernetesMajorVersion', 'KubernetesMinorVersion', 'NodeCount'],
      ...['Distribution', 'Lookup', 'PrivateCACert', 'HTTPSProxy', 'HTTPProxy', 'NoProxy', 'KotsVersion'],
      ...['IdentityServiceEnabled', 'IdentityServiceClientID', 'IdentityServiceClientSecret'],
      ...['IdentityServiceName', 'IdentityServicePort', 'IdentityServiceRoles'],
    ],
    instead: 'said to be unknown: a cluster and its admin console would be asked',
  },
  {
    functions: ['ReplicatedRegistryDomain', 'ReplicatedProxyDomain'],
    instead: 'the domains that count in the release, before Replicated’s service has sent any',
  },
];
