/** Functions whose outcome Go makes up anew, or asks of the machine: a preview shows something that stands still. */
export const deliberate: readonly { readonly functions: readonly string[]; readonly instead: string }[] = [
  {
    functions: ['randAlphaNum', 'randAlpha', 'randAscii', 'randNumeric', 'randBytes'],
    instead: 'a placeholder of the same length',
  },
  { functions: ['randInt'], instead: 'the smallest number that may come' },
  { functions: ['shuffle'], instead: 'the text as it is' },
  { functions: ['uuidv4'], instead: 'one identifier of that form' },
  { functions: ['bcrypt', 'htpasswd'], instead: 'a placeholder for the salted hash' },
  { functions: ['encryptAES'], instead: 'always the same first block' },
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
];
